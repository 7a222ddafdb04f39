/**
 * What engines are made with, under the compatible SDK's names.
 *
 * @packageDocumentation
 */

export type { ZegoError, ZegoError as ERRO } from "../../code/zh/ZegoExpressEntity.rtm.js";

/**
 * What rooms are for: 3 nothing in particular, 4 and 5 calls, 6 and 7 voice rooms, 8 broadcasts,
 * 9 singing. Does nothing here.
 */
export type ZegoScenario = 3 | 4 | 5 | 6 | 7 | 8 | 9 | 100;
