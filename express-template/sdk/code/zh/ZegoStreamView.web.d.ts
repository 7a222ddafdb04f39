/**
 * A stream on the page.
 *
 * @packageDocumentation
 */

import type { StreamViewEvents, ZegoStreamView as View } from "../../../types/views.js";
import type { ZegoSnapshotOptions } from "./ZegoExpressEntity.web.js";

/** A stream on the page. */
export interface ZegoStreamView extends View {
  takeStreamSnapshot(options?: ZegoSnapshotOptions): string;
}

export type StreamViewEvent = StreamViewEvents;
