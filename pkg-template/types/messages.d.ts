import type { RoomUser } from "./rooms.js";

/** What an accepted request resolves with. */
export interface ServerResponse {
  /** Always 0: a refused request rejects. */
  readonly errorCode: number;
  /** Always empty. */
  readonly extendedData: string;
}

/** What `sendBroadcastMessage` resolves with. */
export interface BroadcastResponse extends ServerResponse {
  /** The message's number, as the other users receive it. */
  readonly messageID: number;
}

/** What `sendBarrageMessage` resolves with. */
export interface BarrageResponse extends ServerResponse {
  /** Always empty: a message that may be dropped has no number for its sender to use. */
  readonly messageID: string;
}

/** A message of someone in the room. */
export interface RoomMessage<ID extends number | string> {
  /** Who sent it. */
  readonly fromUser: RoomUser;
  /** The message. */
  readonly message: string;
  /** When the server accepted it, in milliseconds since 1970. */
  readonly sendTime: number;
  /** The message's number; within a room numbers only rise. */
  readonly messageID: ID;
}

/** One key of a room's extra info. */
export interface RoomExtraInfo {
  /** The key. */
  readonly key: string;
  /** The value; empty if the key was removed. */
  readonly value: string;
  /** Who set it. */
  readonly updateUser: RoomUser;
  /** When, in milliseconds since 1970. */
  readonly updateTime: number;
}

/** Methods that send messages and extra infos to the room. */
export interface MessageMethods {
  /**
   * Sends a message to everyone else in the room. Messages arrive in order and once, across
   * reconnects of either side. While the room reconnects a message waits; if 32 already wait for
   * the server, the next one is refused.
   *
   * @param message - 1 to 1024 bytes.
   * @returns Resolves once the server has the message.
   * @throws {@link EngineError} Rejects with 1009001 or 1009002 if the message is empty or too
   * long, 1002002 if the room is not one logged in to, or is left meanwhile, 1009015 if 32 wait
   * already or more than 10 a second were sent for some time, 1100002 if the server does not answer
   * in 5 s, 1009010 if the server lost the session before it answered, so that some users may have
   * the message, and with the code that ended the room.
   * @example
   * ```ts
   * const { messageID } = await engine.sendBroadcastMessage("lobby", "hello");
   * ```
   */
  sendBroadcastMessage(roomID: string, message: string): Promise<BroadcastResponse>;

  /**
   * Sends a message to the users who are connected at the moment; some may miss it.
   *
   * @param message - 1 to 1024 bytes.
   * @throws {@link EngineError} Rejects as `sendBroadcastMessage` does, and with 1009010 if the
   * room is not connected.
   * @example
   * ```ts
   * await engine.sendBarrageMessage("lobby", "+1");
   * ```
   */
  sendBarrageMessage(roomID: string, message: string): Promise<BarrageResponse>;

  /**
   * Sends a command to some of the room's users, with the same guarantees as
   * `sendBroadcastMessage`.
   *
   * @param command - 1 to 1024 bytes.
   * @param toUserIDs - Up to 100 users; empty for everyone else.
   * @throws {@link EngineError} Rejects as `sendBroadcastMessage` does, and with 1002005 to 1002007
   * if a userID is bad.
   * @example
   * ```ts
   * await engine.sendCustomCommand("lobby", JSON.stringify({ raise: "hand" }), ["bo"]);
   * ```
   */
  sendCustomCommand(
    roomID: string,
    command: string,
    toUserIDs: readonly string[],
  ): Promise<ServerResponse>;

  /**
   * Sets one key of the room's extra info; other users are told by `roomExtraInfoUpdate`.
   *
   * @param key - 1 to 128 bytes; a room has up to 16 keys.
   * @param value - Up to 128 bytes; empty removes the key.
   * @throws {@link EngineError} Rejects with 1002014 or 1002015 if the key is empty or too long,
   * 1002016 if the value is too long, 1002017 if there are 16 keys already, and otherwise as
   * `sendBroadcastMessage` does.
   * @example
   * ```ts
   * await engine.setRoomExtraInfo("lobby", "topic", "news");
   * ```
   */
  setRoomExtraInfo(roomID: string, key: string, value: string): Promise<ServerResponse>;

  /**
   * Changes the extra info of a stream that this user publishes; other users are told by
   * `streamExtraInfoUpdate`.
   *
   * @param extraInfo - Up to 1024 bytes.
   * @throws {@link EngineError} Rejects with 1000014 to 1000016 if the streamID is bad, 1104039 if
   * this user does not publish it, 1003051 if the text is too long, and otherwise as
   * `sendBroadcastMessage` does.
   * @example
   * ```ts
   * await engine.setStreamExtraInfo("ada-camera", "hand up");
   * ```
   */
  setStreamExtraInfo(streamID: string, extraInfo: string): Promise<ServerResponse>;
}
