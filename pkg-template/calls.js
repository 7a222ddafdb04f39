// The module's calls, as `src/api/core.rs` numbers them.

export const CONFIGURE = 0;
export const LOGIN = 1;
export const SWITCH = 2;
export const LOGOUT = 3;
export const RENEW_TOKEN = 4;
export const SEND = 5;
export const START_PUBLISHING = 6;
export const STOP_PUBLISHING = 7;
export const START_PLAYING = 8;
export const STOP_PLAYING = 9;
export const CONNECTIONS = 10;
export const WORDS = 11;
export const VERSION = 12;
export const DETACH = 13;
export const RETRY_NOW = 14;
export const MUTE = 15;
