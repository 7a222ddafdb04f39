/** Every failure an app sees: an `Error` with its code under the names the API's users know. */
export const failure = (code, message) =>
  Object.assign(new Error(message), { code, errorCode: code, msg: message, extendedData: "" });
