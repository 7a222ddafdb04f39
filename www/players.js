// Plays every stream of the room while it is there, one tile each.

import { explain } from "./notice.js";
import { setPill } from "./pills.js";
import { Tile } from "./tile.js";

export class Players {
  #grid;
  #announce;
  #tiles = new Map();
  #away = new Set();

  constructor(grid, announce) {
    this.#grid = grid;
    this.#announce = announce;
  }

  follow(engine) {
    engine.on("roomStreamUpdate", (_roomID, change, streams) => {
      for (const stream of streams) {
        if (change === "ADD") this.#add(engine, stream);
        else this.#delete(engine, stream);
      }
    });
    engine.on("playerStateUpdate", ({ streamID, state, errorCode }) => {
      const tile = this.#tiles.get(streamID);
      if (!tile) return;
      setPill(tile.pill, state, errorCode);
      tile.isLost = state === "PLAY_REQUESTING" && errorCode !== 0;
      this.#showLoss(tile);
      if (state === "NO_PLAY" && errorCode) {
        const error = { code: errorCode, message: "The stream could not be played any longer." };
        this.#offerRetry(engine, streamID, tile, error);
      }
    });
    engine.on("remoteUserConnectionUpdate", (_roomID, userID, state) => {
      if (state === "RECONNECTING") this.#away.add(userID);
      else this.#away.delete(userID);
      for (const tile of this.#tiles.values()) this.#showLoss(tile);
    });
    engine.on("playQualityUpdate", (streamID, stats) => {
      this.#tiles.get(streamID)?.showQuality(stats);
    });
    engine.on("soundLevelUpdate", (levels) => {
      for (const { streamID, soundLevel, type } of levels) {
        if (type === "pull") this.#tiles.get(streamID)?.showLevel(soundLevel);
      }
    });
    const onMute = (kind, device) => (streamID, status) => {
      const tile = this.#tiles.get(streamID);
      if (!tile) return;
      tile.showMuted(kind, status === "MUTE");
      this.#announce(`${tile.userName}: ${device} ${status === "MUTE" ? "off" : "on"}.`);
    };
    engine.on("remoteCameraStatusUpdate", onMute("video", "camera"));
    engine.on("remoteMicStatusUpdate", onMute("audio", "microphone"));
  }

  /** Removes every tile: the room was left and the SDK has stopped playing. */
  clear() {
    for (const tile of this.#tiles.values()) tile.remove();
    this.#tiles.clear();
    this.#away.clear();
  }

  /** Keeps the last picture, and shows over it who is reconnecting. */
  #showLoss(tile) {
    const isAway = this.#away.has(tile.userID);
    const whose = isAway
      ? `${tile.userName} is reconnecting…`
      : `Reconnecting to ${tile.userName}…`;
    tile.showOverlay(isAway || tile.isLost ? whose : "");
  }

  #add(engine, { streamID, user, extraInfo }) {
    this.#tiles.get(streamID)?.remove();
    const name = user.userName || user.userID;
    const tile = new Tile(streamID, extraInfo ? `${name}, ${extraInfo}` : name, "player");
    Object.assign(tile, { userID: user.userID, userName: name });
    setPill(tile.pill, "NO_PLAY");
    this.#tiles.set(streamID, tile);
    this.#grid.append(tile.element);
    this.#announce(`${name} is publishing.`);
    this.#play(engine, streamID, tile);
  }

  #delete(engine, { streamID, user }) {
    const tile = this.#tiles.get(streamID);
    if (!tile) return;
    this.#tiles.delete(streamID);
    tile.remove();
    engine.stopPlayingStream(streamID);
    this.#announce(`${user.userName || user.userID} stopped publishing.`);
  }

  async #play(engine, streamID, tile) {
    tile.showMessage("Connecting…");
    const isCurrent = () => this.#tiles.get(streamID) === tile;
    try {
      const stream = await engine.startPlayingStream(streamID);
      if (!isCurrent()) return;
      tile.showMessage("");
      tile.show(engine.createRemoteStreamView(stream));
    } catch (error) {
      if (isCurrent()) this.#offerRetry(engine, streamID, tile, error);
    }
  }

  #offerRetry(engine, streamID, tile, error) {
    tile.showMessage(explain(error));
    tile.addAction("Try again", () => this.#play(engine, streamID, tile));
  }
}
