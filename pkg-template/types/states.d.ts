/**
 * The numbers of the native editions for `roomStateChanged`'s reasons.
 * `KICK_OUT` is `"KICKOUT"` in the event.
 */
export const RoomStateChangedReason: {
  readonly LOGINING: 0;
  readonly LOGINED: 1;
  readonly LOGIN_FAILED: 2;
  readonly RECONNECTING: 3;
  readonly RECONNECTED: 4;
  readonly RECONNECT_FAILED: 5;
  readonly KICK_OUT: 6;
  readonly LOGOUT: 7;
  readonly LOGOUT_FAILED: 8;
};

/** The numbers of the native editions for a publisher's states. */
export const PublisherState: {
  readonly NO_PUBLISH: 0;
  readonly PUBLISH_REQUESTING: 1;
  readonly PUBLISHING: 2;
};

/** The numbers of the native editions for a player's states. */
export const PlayerState: {
  readonly NO_PLAY: 0;
  readonly PLAY_REQUESTING: 1;
  readonly PLAYING: 2;
};
