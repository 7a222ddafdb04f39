/**
 * Types of rooms, users and messages under the compatible SDK's names. Those that are enums there
 * are unions here: neither package has the enums at run time.
 *
 * @packageDocumentation
 */

import type { EngineEvents } from "../../../types/events.js";
import type { RoomExtraInfo, RoomMessage } from "../../../types/messages.js";
import type { RoomConfig, RoomStateReason, User } from "../../../types/rooms.js";

/** What a method that asks the server, or changes a stream, resolves with. */
export interface ZegoServerResponse {
  /** 0, or the error's code. */
  errorCode: number;
  /** More about it; may be empty. */
  extendedData?: string;
}

/** What is written to the console; nothing is sent anywhere, so only `logLevel` counts. */
export interface ZegoLogConfig {
  /** The lowest level. */
  logLevel?: "debug" | "info" | "warn" | "error" | "report" | "disable";
  /** Does nothing. */
  remoteLogLevel?: "debug" | "info" | "warn" | "error" | "report" | "disable";
  /** Does nothing. */
  logURL?: string;
  /** Does nothing. */
  logCount?: number;
  /** Does nothing. */
  logSize?: number;
}

/** A user. */
export interface ZegoUser extends User {
  userID: string;
  userName?: string;
}

/** How to log in. */
export interface ZegoRoomConfig extends RoomConfig {
  userUpdate?: boolean;
  maxMemberCount?: number;
}

/** How to enter the other room. */
export interface ZegoSwitchRoomConfig extends RoomConfig {
  token: string;
  maxMemberCount?: number;
  isUserStatusNotify?: boolean;
}

export type ZegoBroadcastMessageInfo = RoomMessage<number>;
export type ZegoBarrageMessageInfo = RoomMessage<string>;
export type ZegoRoomExtraInfo = RoomExtraInfo;

/** A message of `recvRoomTransparentMessage`. */
export interface ZegoRoomRecvTransparentMessage {
  sendUser: ZegoUser;
  content: Uint8Array;
}

/** To whom a transparent message goes: 0 to users, 1 to the server, 2 to both. */
export type ZegoRoomTransparentMessageMode = 0 | 1 | 2;
/** How a transparent message goes: 0 as it comes, 1 in order. */
export type ZegoRoomTransparentMessageType = 0 | 1;

/** A message for `sendTransparentMessage`. */
export interface ZegoRoomSendTransparentMessage {
  sendMode: ZegoRoomTransparentMessageMode;
  sendType: ZegoRoomTransparentMessageType;
  content: Uint8Array;
  recvUserList: ZegoUser[];
  timeOut?: number;
}

/** The events of rooms. */
export type ZegoRTMEvent = Pick<
  EngineEvents,
  | "roomUserUpdate"
  | "roomStateUpdate"
  | "roomStateChanged"
  | "roomOnlineUserCountUpdate"
  | "roomExtraInfoUpdate"
  | "tokenWillExpire"
  | "IMRecvBroadcastMessage"
  | "IMRecvBarrageMessage"
  | "IMRecvCustomCommand"
>;

/** An error as `loginRoom` rejects with it. */
export interface ZegoError {
  code: number | string;
  msg: string;
}

export type ZegoRoomStateChangedReason = RoomStateReason;

/** Options of the engine that do nothing here. */
export interface ZegoInitOptions {
  geoFenceType?: number;
  geoFenceAreaList?: number[];
  reportData?: object;
  prefixDomain?: string;
}

/** A proxy server; proxies do nothing here. */
export interface ZegoProxyInfo {
  hostName: string;
  port?: number;
}
