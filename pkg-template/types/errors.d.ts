/**
 * The error that the SDK throws or rejects with: an `Error` with a code.
 *
 * `msg`, `errorCode` and `extendedData` carry it in the shapes that apps of the compatible API
 * read.
 */
export interface EngineError extends Error {
  /** The error's code: one of {@link ErrorCodes}, or a newer server's. */
  readonly code: number;
  /** The same as `code`. */
  readonly errorCode: number;
  /** The same as `message`. */
  readonly msg: string;
  /** More about the error; may be empty. */
  readonly extendedData: string;
}
