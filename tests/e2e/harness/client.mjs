// One user: a page of its own with an engine, whose events and traffic are written down.

import { PATIENCE_MS, withDeadline } from "./deadline.mjs";
import { stats } from "./picture.mjs";

/** Every event of the SDK. */
export const EVENTS = [
  "roomStateChanged",
  "roomStateUpdate",
  "roomUserUpdate",
  "roomStreamUpdate",
  "publisherStateUpdate",
  "playerStateUpdate",
  "IMRecvBroadcastMessage",
  "IMRecvBarrageMessage",
  "IMRecvCustomCommand",
  "roomExtraInfoUpdate",
  "streamExtraInfoUpdate",
  "roomOnlineUserCountUpdate",
  "tokenWillExpire",
  "retryUpdate",
  "remoteUserConnectionUpdate",
  "remoteCameraStatusUpdate",
  "remoteMicStatusUpdate",
