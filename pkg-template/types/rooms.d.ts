/** A member of a room. */
export interface User {
  /** Unique in the app; 1 to 64 visible ASCII characters. */
  readonly userID: string;
  /** Shown to people; at most 256 bytes. */
  readonly userName?: string;
}

/** A member of a room, as events describe it. */
export interface RoomUser {
  /** Unique in the app. */
  readonly userID: string;
  /** Shown to people; may be empty. */
  readonly userName: string;
}

/** A stream of a room. */
export interface RoomStream {
  /** Unique in the app. */
  readonly streamID: string;
  /** Who publishes it. */
  readonly user: RoomUser;
  /** Free text of its publisher; may be empty. */
  readonly extraInfo: string;
}

/** Options of a login. */
export interface RoomConfig {
  /** Whether `roomUserUpdate` is to be fired. Default: false. */
  readonly userUpdate?: boolean;
  /** Another name of `userUpdate`. */
  readonly isUserStatusNotify?: boolean;
  /** Refuses the login if the room holds this many users already. Default: 0, no limit. */
  readonly maxMemberCount?: number;
  /** Whether `remoteUserConnectionUpdate` is to be fired. Default: false. */
  readonly userConnectionUpdate?: boolean;
}

/** Options of `switchRoom` for the other room. */
export interface SwitchRoomConfig extends RoomConfig {
  /** Made by the app's server for the same user and the other room, or the app's AppSign. */
  readonly token: string;
}

/** Why the state of a room changed. */
export type RoomStateReason =
  | "LOGINING"
  | "LOGINED"
  | "LOGIN_FAILED"
  | "RECONNECTING"
  | "RECONNECTED"
  | "RECONNECT_FAILED"
  | "KICKOUT"
  | "LOGOUT"
  | "LOGOUT_FAILED";

/** The state of a room, as the older event names it. */
export type RoomConnectionState = "DISCONNECTED" | "CONNECTING" | "CONNECTED";

/** Whether a list grew or shrank. */
export type UpdateType = "ADD" | "DELETE";

/** Whether a user is connected to the room or is reconnecting. */
export type UserConnectionState = "CONNECTED" | "RECONNECTING";

/** Methods for the room. */
export interface RoomMethods {
  /**
   * Allows the engine to be in several rooms at once, as one user: up to 5. Each room has its own
   * connection, retry window and events. Publishing names its room by `roomID` in its options, and
   * so does `renewToken`; `startPlayingStream` finds the room that has the stream. Without this, a
   * login to a second room is refused with 1002001.
   *
   * Call it once, before the first login.
   *
   * @param enable - Whether several rooms are allowed.
   * @returns false after the first login; then nothing is changed.
   * @throws {@link EngineError} 1100001 if `enable` is not a boolean.
   * @example
   * ```ts
   * engine.enableMultiRoom(true);
   * await engine.loginRoom("stage", token, { userID: "ada" });
   * engine.startPublishingStream("ada-camera", camera, { roomID: "stage" });
   * ```
   */
  enableMultiRoom(enable: boolean): boolean;

  /**
   * Logs in to a room. The states `LOGINING`, then `LOGINED` or `LOGIN_FAILED`, report the same as
   * the promise.
   *
   * @param roomID - 1 to 128 visible ASCII characters.
   * @param token - Made by the app's server for this user and room, or the app's AppSign.
   * @returns true.
   * @throws {@link EngineError} Rejects at once if the server refuses or an argument is bad, and
   * with 1002031 if the server cannot be reached within the retry window. If the engine is in
   * another room: with 1002001, or after `enableMultiRoom(true)` with 1002018 if its user is
   * another, and with 1002037 if it is in 5 rooms.
   * @example
   * ```ts
   * const user = { userID: "ada", userName: "Ada" };
   * await engine.loginRoom("lobby", token, user, { userUpdate: true });
   * ```
   */
  loginRoom(roomID: string, token: string, user: User, config?: RoomConfig): Promise<boolean>;

  /**
   * Leaves the room and stops its publishing and playing. The state `LOGOUT` reports that it is done,
   * or `LOGOUT_FAILED` that the server did not confirm it. In that case other users still see this
   * user until the server gives the lost connection up. A login in progress rejects with 1102026.
   *
   * @param roomID - The room; by default all there are.
   * @throws {@link EngineError} 1002002 if `roomID` is given and is not a room logged in to.
   * @example
   * ```ts
   * engine.logoutRoom("lobby");
   * ```
   */
  logoutRoom(roomID?: string): void;

  /**
   * Leaves one room for another, as the user that logged in. The state `LOGOUT` reports the first
   * room, then `LOGINING` and `LOGINED` or `LOGIN_FAILED` the second. Publishing and playing in the
   * first room stop. Other rooms go on.
   *
   * @param fromRoomID - The room logged in to.
   * @param toRoomID - 1 to 128 visible ASCII characters.
   * @returns true.
   * @throws {@link EngineError} Rejects as `loginRoom` does, and with 1002002 if `fromRoomID` is
   * not a room logged in to; then no room is left.
   * @example
   * ```ts
   * await engine.switchRoom("lobby", "stage", { token, userUpdate: true });
   * ```
   */
  switchRoom(fromRoomID: string, toRoomID: string, config: SwitchRoomConfig): Promise<boolean>;

  /**
   * Replaces the token by a newer one without a reconnect; later logins to the room use it too. If
   * the server refuses it, `tokenWillExpire` is fired again, and the old token holds until it
   * expires, which is a `KICKOUT` with 1102018. A token that expires while the user is disconnected
   * ends nothing by itself: no try is made until this method brings another token, and then one
   * starts at once. `tokenWillExpire` is fired again whenever the network is back, so the app need
   * not repeat a failed request for a token.
   *
   * @param token - Made by the app's server for the same user and room.
   * @param roomID - The room; by default the only one. After `enableMultiRoom(true)` it must be
   * named.
   * @returns false if the token is empty or longer than 4096 bytes.
   * @throws {@link EngineError} 1002002 if the room is not one logged in to, or there is none,
   * 1100001 if an argument is not a string, or no room is named where there may be several.
   * @example
   * ```ts
   * engine.on("tokenWillExpire", async (roomID) => {
   *   const answer = await fetch("/token").catch(() => null);
   *   if (answer?.ok) engine.renewToken(await answer.text(), roomID);
   * });
   * ```
   */
  renewToken(token: string, roomID?: string): boolean;
}
