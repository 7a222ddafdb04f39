/** Makes the error that an app sees: an `Error` with its code under the compatible API's names. */
export const failure = (code, message) =>
  Object.assign(new Error(message), { code, errorCode: code, msg: message, extendedData: "" });
