// Which camera and microphone: two lists, kept up to date.

export class Devices {
  #lists;

  /** @param onChange Called when the user picks another device. */
  constructor(camera, microphone, onChange) {
    this.#lists = { videoinput: camera, audioinput: microphone };
    for (const list of [camera, microphone]) list.addEventListener("change", onChange);
    navigator.mediaDevices?.addEventListener("devicechange", () => this.refresh());
  }

  /** What to capture, in the words of `createStream`. */
  get options() {
    const { videoinput, audioinput } = this.#lists;
    return {
      ...(videoinput.value && { videoInput: videoinput.value }),
      ...(audioinput.value && { audioInput: audioinput.value }),
    };
  }

  /** Asks the browser anew: it names devices only once one was allowed. */
  async refresh() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    for (const [kind, list] of Object.entries(this.#lists)) {
      const chosen = list.value;
      const named = devices.filter((device) => device.kind === kind && device.deviceId);
      list.replaceChildren(
        new Option("The browser's choice", ""),
        ...named.map(({ label, deviceId }, place) => {
          return new Option(label || `Device ${place + 1}`, deviceId);
        }),
      );
      if (named.some(({ deviceId }) => deviceId === chosen)) list.value = chosen;
    }
  }
}
