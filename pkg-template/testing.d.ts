/**
 * Engines in a simulated world, for the tests of apps: a server, media nodes and a network under a
 * virtual clock, in Node, jsdom or a page. No server runs, no camera opens, nothing is waited for.
 * The engines' decisions, the server's rooms and the shapes of events and errors are the real ones.
 *
 * This entry also has all that `holdfast-rtc` has, so that it can stand in its place:
 *
 * @example
 * ```ts
 * vi.mock("holdfast-rtc", () => import("holdfast-rtc/testing"));
 * ```
 *
 * @packageDocumentation
 */

import type { ExpressEngine, RoomConfig } from "./index.js";

export * from "./index.js";

/** A span of time: milliseconds, or a text such as `"20min"`, `"90s"`, `"1min 30s"`, `"120ms"`. */
export type Span = number | string;

/** How a world is made; everything may be left out. */
export interface WorldOptions {
  /** Decides all that is left to chance: the same seed and calls give the same events. 1 if absent. */
  readonly seed?: number;
  /** How long the server keeps a user without a link; 90 s if absent. */
  readonly graceMs?: Span;
  /** How long a device's network takes one way; 20 ms if absent. A login takes six times that. */
  readonly delayMs?: Span;
  /** Media nodes, 1 to 16; 1 if absent. Node 0 is part of the server. */
  readonly nodes?: number;
  /** When the world begins, for `sendTime` and `updateTime`; 1970 if absent. */
  readonly start?: number | Date;
  /** The app's faked timers, which go with the world's time: Vitest's `vi`, or its like. */
  readonly timers?: Timers;
}

/** What `vi` of Vitest and `jest` of Jest offer after `useFakeTimers()`. */
export interface Timers {
  /** Runs the timers of so many milliseconds. */
  advanceTimersByTime(ms: number): unknown;
  /** How many timers are set. While there are any, time passes in steps of 50 ms. */
  getTimerCount(): number;
}

/** The engine of one device: an {@link ExpressEngine} that knows who its user is. */
export interface TestUser extends ExpressEngine {
  /** Whom it logs in as. */
  readonly userID: string;
  /**
   * `loginRoom` as this user, with a token that is good for ever and `userUpdate` on.
   *
   * @returns What `loginRoom` does. It settles only as the world's time passes.
   * @example
   * ```ts
   * await world.until(world.user("bob").login("room"));
   * ```
   */
  login(roomID: string, config?: RoomConfig): Promise<boolean>;
}

/**
 * Devices, a server, media nodes and the network between them.
 *
 * Time stands still until {@link World.advance} or {@link World.until}; calls take effect at once,
 * and what they cause comes later. A device is made where its name first appears.
 */
export interface World {
  /** Milliseconds since the world began. */
  readonly nowMs: number;

  /**
   * The engine of a user, the same at each call.
   *
   * @param options.device - The device, for users with several; `userID` if absent.
   * @example
   * ```ts
   * const phone = world.user("bob", { device: "bob's phone" });
   * ```
   */
  user(userID: string, options?: { readonly device?: string }): TestUser;

  /**
   * The server's address for an app that makes its own engine: whatever it does is done on that
   * device.
   *
   * @example
   * ```ts
   * import { ExpressEngine } from "holdfast-rtc/testing";
   *
   * const engine = new ExpressEngine(1, world.address("alice"));
   * ```
   */
  address(device: string): string;

  /**
   * A stream to publish: one simulated video track, one audio track.
   *
   * @example
   * ```ts
   * bob.startPublishingStream("bob-camera", await world.camera());
   * ```
   */
  camera(): Promise<MediaStream>;

  /**
   * Lets time pass. It stops at each moment something is told, until listeners and the code behind
   * promises have run; what they call happens at that moment.
   *
   * @param span - How long.
   * @throws TypeError for what is no span.
   * @throws Error if time passes already: await the call before.
   * @example
   * ```ts
   * await world.advance("20min");
   * await act(() => world.advance("20min")); // with React
   * ```
   */
  advance(span: Span): Promise<void>;

  /**
   * Lets time pass until a promise is settled.
   *
   * @param within - How much of the world's time it may take; 1 min if absent.
   * @returns What the promise resolves with; rejects as it does.
   * @throws Error if it is not settled in time.
   * @example
   * ```ts
   * const isIn = await world.until(bob.login("room"), "10s");
   * ```
   */
  until<T>(promise: PromiseLike<T>, within?: Span): Promise<T>;
  /**
   * Lets time pass until a condition holds, which is looked at whenever something was told.
   *
   * @example
   * ```ts
   * await world.until(() => banner.textContent === "", "5min");
   * ```
   */
  until(condition: () => boolean, within?: Span): Promise<void>;

  /**
   * The cable is pulled: nothing gets through, and the browser fires `offline`.
   *
   * @example
   * ```ts
   * world.cut("bob");
   * ```
   */
  cut(device: string): void;
  /**
   * Nothing gets through, and nobody is told.
   *
   * @example
   * ```ts
   * world.blackhole("bob");
   * ```
   */
  blackhole(device: string): void;
  /**
   * Everything gets through again, and the browser fires `online`.
   *
   * @param options.keepsConnections - Connections from before still work; by default something on
   *   the way has forgotten them.
   * @example
   * ```ts
   * world.heal("bob", { keepsConnections: true });
   * ```
   */
  heal(device: string, options?: { readonly keepsConnections?: boolean }): void;
  /**
   * From one network to another: all connections are lost, new ones work at once.
   *
   * @example
   * ```ts
   * world.switchNetwork("bob");
   * ```
   */
  switchNetwork(device: string): void;
  /**
   * How long the device's network takes one way, and up to how much more at times.
   *
   * @example
   * ```ts
   * world.setDelay("bob", "300ms", "50ms");
   * ```
   */
  setDelay(device: string, delayMs: Span, jitterMs?: Span): void;
  /**
   * The lid is closed: no timers, no network.
   *
   * @example
   * ```ts
   * world.sleep("bob");
   * ```
   */
  sleep(device: string): void;
  /**
   * The page is frozen: no timers; the browser still answers pings.
   *
   * @example
   * ```ts
   * world.freeze("bob");
   * ```
   */
  freeze(device: string): void;
  /**
   * The device, or its page, goes on.
   *
   * @example
   * ```ts
   * world.sleep("bob");
   * await world.advance("1min");
   * world.wake("bob");
   * ```
   */
  wake(device: string): void;
  /**
   * The page's timers go off at multiples of this only, as in hidden pages; 0 ends it.
   *
   * @example
   * ```ts
   * world.throttle("bob", "1s");
   * ```
   */
  throttle(device: string, intervalMs: Span): void;
  /**
   * The device and its app are gone without a word.
   *
   * @example
   * ```ts
   * world.crash("bob");
   * ```
   */
  crash(device: string): void;

  /**
   * The server is gone: links break, connects are refused.
   *
   * @param options.forgets - Whether sessions and media end with it; true if absent.
   * @example
   * ```ts
   * world.stopServer({ forgets: false });
   * ```
   */
  stopServer(options?: { readonly forgets?: boolean }): void;
  /**
   * The server is back.
   *
   * @example
   * ```ts
   * world.stopServer();
   * await world.advance("5s");
   * world.startServer();
   * ```
   */
  startServer(): void;
  /**
   * {@link World.stopServer} and {@link World.startServer} at one moment.
   *
   * @example
   * ```ts
   * world.restartServer();
   * ```
   */
  restartServer(options?: { readonly forgets?: boolean }): void;
  /**
   * The server is about to end, and sends everybody away to come back at spread-out times.
   *
   * @example
   * ```ts
   * world.drainServer();
   * ```
   */
  drainServer(): void;
  /**
   * A media node dies.
   *
   * @example
   * ```ts
   * world.stopNode(0);
   * ```
   */
  stopNode(node?: number): void;
  /**
   * A media node is back, knowing nothing.
   *
   * @example
   * ```ts
   * world.startNode(0);
   * ```
   */
  startNode(node?: number): void;

  /**
   * Your server removes a user: KICK_OUT 1002055 with these words (ROOM-11).
   *
   * @example
   * ```ts
   * world.kick("bob", "be kind");
   * ```
   */
  kick(userID: string, message?: string): void;
  /**
   * Your server removes a stream.
   *
   * @example
   * ```ts
   * world.removeStream("bob-camera");
   * ```
   */
  removeStream(streamID: string): void;
  /**
   * The IDs of a room's users, as the server has them.
   *
   * @example
   * ```ts
   * const isIn = world.members("room").includes("bob");
   * ```
   */
  members(roomID: string): string[];
  /**
   * The IDs of a room's streams, as the server has them.
   *
   * @example
   * ```ts
   * const isPublished = world.streams("room").includes("bob-camera");
   * ```
   */
  streams(roomID: string): string[];

  /**
   * A token for `loginRoom` or `renewToken`. Any other text is one that is good for ever.
   *
   * @param options.expiresIn - For how long it is good; for ever if absent.
   * @param options.mayPublish - Whether it allows publishing and playing; true if absent.
   * @example
   * ```ts
   * await world.until(bob.loginRoom("room", world.token({ expiresIn: "5min" }), { userID: "bob" }));
   * ```
   */
  token(options?: { readonly expiresIn?: Span; readonly mayPublish?: boolean }): string;
  /**
   * A token that the server refuses: LOGIN_FAILED 1102016.
   *
   * @example
   * ```ts
   * bob.loginRoom("room", world.refusedToken(), { userID: "bob" }).catch(console.warn);
   * ```
   */
  refusedToken(): string;
}

/**
 * Makes a world with nobody in it.
 *
 * @example
 * ```ts
 * import { createWorld } from "holdfast-rtc/testing";
 *
 * const world = createWorld();
 * const bob = world.user("bob");
 * bob.on("roomStateChanged", (_room, reason) => console.log(reason));
 * await world.until(bob.login("room"));
 * world.cut("bob");
 * await world.advance("20min");
 * ```
 */
export function createWorld(options?: WorldOptions): World;
