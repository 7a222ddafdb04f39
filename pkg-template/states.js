// Made by tests/generated.rs: the names that events carry, with the numbers of the API's native editions.

export const RoomStateChangedReason = Object.freeze({
  LOGINING: 0,
  LOGINED: 1,
  LOGIN_FAILED: 2,
  RECONNECTING: 3,
  RECONNECTED: 4,
  RECONNECT_FAILED: 5,
  KICK_OUT: 6,
  LOGOUT: 7,
  LOGOUT_FAILED: 8,
});

export const PublisherState = Object.freeze({
  NO_PUBLISH: 0,
  PUBLISH_REQUESTING: 1,
  PUBLISHING: 2,
});

export const PlayerState = Object.freeze({
  NO_PLAY: 0,
  PLAY_REQUESTING: 1,
  PLAYING: 2,
});
