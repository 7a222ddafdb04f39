// Picks camera and microphone and shows picture and level, before joining and in the room.

import { Level } from "./level.js";

export class Devices {
  #engine = null;
  #panel;
  #lists;
  #frame;
  #level;
  #view = null;
  #shown = null;

  /**
   * @param panel The `<details>` with two lists, a frame for the picture and a meter.
   * @param onToggle Called when the user opens or closes it.
   * @param onChange Called with "video" or "audio" and a device ID when another device is picked.
   */
  constructor(panel, onToggle, onChange) {
    this.#panel = panel;
    this.#lists = {
      video: panel.querySelector("#camera-device"),
      audio: panel.querySelector("#microphone-device"),
    };
    this.#frame = panel.querySelector("#preview");
    this.#level = new Level(panel.querySelector("#level"));
    panel.addEventListener("toggle", onToggle);
    for (const [kind, list] of Object.entries(this.#lists)) {
      list.addEventListener("change", () => onChange(kind, list.value));
    }
  }

  follow(engine) {
    this.#engine = engine;
    const refresh = () => this.refresh();
    engine.on("videoDeviceStateChanged", refresh);
    engine.on("audioDeviceStateChanged", refresh);
  }

  get isOpen() {
    return this.#panel.open;
  }

  close() {
    this.#panel.open = false;
  }

  /** The picked devices, as options of `createStream`. */
  get options() {
    const { video, audio } = this.#lists;
    return {
      ...(video.value && { videoInput: video.value }),
      ...(audio.value && { audioInput: audio.value }),
    };
  }

  /** Moves the panel to `place`; its contents stay as they are. */
  moveTo(place) {
    if (this.#panel.parentElement !== place) place.prepend(this.#panel);
  }

  /** Lists the devices again; those of `stream`, the capture if there is one, become the picked. */
  async refresh(stream = this.#shown) {
    const [cameras, microphones] = await Promise.all([
      this.#engine.getCameras(),
      this.#engine.getMicrophones(),
    ]);
    list(this.#lists.video, cameras, stream?.getVideoTracks()[0]);
    list(this.#lists.audio, microphones, stream?.getAudioTracks()[0]);
  }

  /** Shows a capture's picture and level; null for none, `hasTile` if its picture is elsewhere. */
  show(stream, hasTile) {
    this.#level.show(stream?.getAudioTracks()[0] ?? null);
    this.#frame.hidden = hasTile;
    const shown = hasTile ? null : stream;
    if (shown === this.#shown) return;
    this.#view?.stop();
    this.#view = shown && this.#engine.createLocalStreamView(shown);
    this.#view?.playVideo(this.#frame, { mirror: true });
    this.#shown = shown;
  }
}

/** The browser names devices only once the user has allowed one of their kind. */
function list(select, devices, track) {
  const named = devices.filter(({ deviceID }) => deviceID);
  const picked = track?.getSettings().deviceId ?? select.value;
  const options = named.map(({ deviceName, deviceID }, place) => {
    return new Option(deviceName || `Device ${place + 1}`, deviceID);
  });
  select.replaceChildren(...(options.length ? options : [new Option("The browser's choice", "")]));
  if (named.some(({ deviceID }) => deviceID === picked)) select.value = picked;
}
