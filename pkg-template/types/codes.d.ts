/**
 * Every code of this version by its name: the values of `errorCode` and `code` in errors and
 * events. A newer server may send other codes, which are passed on as they are.
 *
 * The numbers themselves are in `ErrorCode` of `holdfast-rtc/codes`. This is their type, for code
 * that writes the numbers out:
 *
 * @example
 * ```ts
 * import type { EngineError, ErrorCodes } from "holdfast-rtc";
 *
 * const DENIED: ErrorCodes["PERMISSION_DENIED"] = 1103064;
 * const explain = ({ code }: EngineError) => { banner.hidden = code !== DENIED; };
 * engine.createStream().catch(explain);
 * ```
 */
export interface ErrorCodes {
  /** no error */
  readonly OK: 0;
  /** not logged in to a room */
  readonly NOT_LOGGED_IN: 1000002;
  /** streamID is longer than 256 bytes */
  readonly STREAM_ID_TOO_LONG: 1000014;
  /** streamID is empty */
  readonly STREAM_ID_EMPTY: 1000015;
  /** streamID may only hold letters, digits and '_-.@#+=', and not be '.' or '..' */
  readonly STREAM_ID_BAD: 1000016;
  /** the network connection is interrupted */
  readonly NETWORK_BROKEN: 1000017;
  /** appID is not known to the server */
  readonly APP_ID_BAD: 1001004;
  /** already logged in to another room */
  readonly SECOND_ROOM: 1002001;
  /** not logged in to this room */
  readonly NOT_IN_ROOM: 1002002;
  /** userID is empty */
  readonly USER_ID_EMPTY: 1002005;
  /** userID may only hold visible ASCII characters */
  readonly USER_ID_BAD: 1002006;
  /** userID is longer than 64 bytes */
  readonly USER_ID_TOO_LONG: 1002007;
  /** userName is longer than 256 bytes */
  readonly USER_NAME_TOO_LONG: 1002010;
  /** roomID is empty */
  readonly ROOM_ID_EMPTY: 1002011;
  /** roomID may only hold visible ASCII characters */
  readonly ROOM_ID_BAD: 1002012;
  /** roomID is longer than 128 bytes */
  readonly ROOM_ID_TOO_LONG: 1002013;
  /** the room extra info's key is empty */
  readonly EXTRA_KEY_EMPTY: 1002014;
  /** the room extra info's key is longer than 128 bytes */
  readonly EXTRA_KEY_TOO_LONG: 1002015;
  /** the room extra info's value is longer than 128 bytes */
  readonly EXTRA_VALUE_TOO_LONG: 1002016;
  /** the room has 16 extra infos */
  readonly EXTRA_TOO_MANY: 1002017;
  /** another userID is logged in to another room */
  readonly OTHER_USER: 1002018;
  /** the retry window has ended */
  readonly WINDOW_ENDED: 1002031;
  /** the room is full */
  readonly ROOM_FULL: 1002034;
  /** enableMultiRoom must be called before the first loginRoom */
  readonly MULTI_ROOM_OFF: 1002036;
  /** a user can be in 5 rooms at once */
  readonly TOO_MANY_ROOMS: 1002037;
  /** the same user logged in elsewhere */
  readonly KICKED_BY_LOGIN: 1002050;
  /** removed from the room by the server */
  readonly KICKED_BY_SERVER: 1002055;
  /** already logged in to this room */
  readonly ALREADY_LOGGED_IN: 1002058;
  /** the token is for another user or room */
  readonly TOKEN_OTHER_USER: 1002077;
  /** the token does not allow this */
  readonly TOKEN_NO_PUBLISH: 1002082;
  /** the user is active on another device */
  readonly REPLACED_WHILE_AWAY: 1002086;
  /** this stream may not be published */
  readonly PUBLISH_FORBIDDEN: 1003025;
  /** another user is publishing this streamID */
  readonly STREAM_ID_TAKEN: 1003028;
  /** the stream's extra info is longer than 1024 bytes */
  readonly EXTRA_INFO_TOO_LONG: 1003051;
  /** the message is empty */
  readonly MESSAGE_EMPTY: 1009001;
  /** the message is longer than 1024 bytes */
  readonly MESSAGE_TOO_LONG: 1009002;
  /** the message could not be sent */
  readonly MESSAGE_FAILED: 1009010;
  /** too many messages */
  readonly MESSAGE_TOO_FREQUENT: 1009015;
  /** a parameter is missing or wrong */
  readonly BAD_PARAMETER: 1100001;
  /** the server did not answer in time */
  readonly REQUEST_TIMEOUT: 1100002;
  /** unknown error of the server */
  readonly UNKNOWN_SERVER_ERROR: 1100999;
  /** the engine was destroyed */
  readonly ENGINE_DESTROYED: 1101000;
  /** not supported */
  readonly NOT_SUPPORTED: 1101003;
  /** the WebAssembly module could not be loaded */
  readonly MODULE_NOT_LOADED: 1101010;
  /** the WebAssembly module does not belong to these scripts */
  readonly MODULE_MISMATCH: 1101011;
  /** not a known message */
  readonly BAD_MESSAGE: 1102011;
  /** a login is in progress */
  readonly LOGIN_IN_PROGRESS: 1102012;
  /** the token is not valid */
  readonly TOKEN_INVALID: 1102016;
  /** the token has expired */
  readonly TOKEN_EXPIRED: 1102018;
  /** the login was cancelled by a logout */
  readonly LOGIN_CANCELLED: 1102026;
  /** nothing answers at the server's address */
  readonly SERVER_NOT_FOUND: 1102051;
  /** the server has nothing at the path of its address */
  readonly SERVER_PATH_WRONG: 1102052;
  /** what answers at the server's address is no Holdfast room server */
  readonly SERVER_NOT_HOLDFAST: 1102053;
  /** the server speaks another version of the protocol */
  readonly SERVER_OTHER_VERSION: 1102054;
  /** the server answers, but no WebSocket to it can be opened */
  readonly SERVER_NO_WEBSOCKET: 1102055;
  /** a page of https may only log in to a server of https */
  readonly MIXED_CONTENT: 1102056;
  /** the page's Content-Security-Policy forbids the server in connect-src */
  readonly CSP_FORBIDS: 1102057;
  /** publishing was refused: not authorised */
  readonly PUBLISH_REFUSED: 1103019;
  /** there is no media server */
  readonly PUBLISH_NO_NODE: 1103020;
  /** the media server refused the publishing session */
  readonly PUBLISH_SESSION: 1103021;
  /** creating the publishing offer failed */
  readonly PUBLISH_OFFER: 1103022;
  /** the media server's answer is bad */
  readonly PUBLISH_ANSWER: 1103025;
  /** the publishing connection failed */
  readonly PUBLISH_ICE: 1103028;
  /** the publishing connection timed out */
  readonly PUBLISH_TIMEOUT: 1103030;
  /** screen capture was refused */
  readonly SCREEN_CANCELLED: 1103042;
  /** screen capture is not supported */
  readonly SCREEN_UNSUPPORTED: 1103043;
  /** the stream has no track */
  readonly STREAM_HAS_NO_TRACK: 1103047;
  /** no such camera or microphone */
  readonly DEVICE_MISSING: 1103048;
  /** the retry window has ended */
  readonly PUBLISH_WINDOW_ENDED: 1103051;
  /** the camera or microphone needs https */
  readonly INSECURE_CONTEXT: 1103053;
  /** the camera or microphone failed */
  readonly CAPTURE_FAILED: 1103061;
  /** the camera or microphone was denied */
  readonly PERMISSION_DENIED: 1103064;
  /** the camera or microphone is in use */
  readonly DEVICE_BUSY: 1103065;
  /** no device meets the constraints */
  readonly CONSTRAINTS_UNMET: 1103066;
  /** the stream is already being published */
  readonly ALREADY_PUBLISHING: 1103069;
  /** the media server refused the playing session */
  readonly PLAY_SESSION: 1104021;
  /** creating the playing offer failed */
  readonly PLAY_OFFER: 1104022;
  /** the media server's answer is bad */
  readonly PLAY_ANSWER: 1104025;
  /** the playing connection failed */
  readonly PLAY_ICE: 1104028;
  /** the playing connection timed out */
  readonly PLAY_TIMEOUT: 1104030;
  /** the retry window has ended */
  readonly PLAY_WINDOW_ENDED: 1104031;
  /** the stream is already being played */
  readonly ALREADY_PLAYING: 1104032;
  /** the stream is not published */
  readonly STREAM_NOT_FOUND: 1104039;
  /** playing was stopped by the app */
  readonly PLAY_CANCELLED: 1104042;
  /** playing was refused: not authorised */
  readonly PLAY_REFUSED: 1104046;
}
