// Who else is in the room, in words.

export class People {
  #element;
  #names = new Map();

  constructor(element) {
    this.#element = element;
    this.clear();
  }

  follow(engine) {
    engine.on("roomUserUpdate", (_roomID, change, users) => {
      for (const { userID, userName } of users) {
        if (change === "ADD") this.#names.set(userID, userName || userID);
        else this.#names.delete(userID);
      }
      this.#show();
    });
  }

  clear() {
    this.#names.clear();
    this.#show();
  }

  #show() {
    const names = [...this.#names.values()];
    this.#element.dataset.count = String(names.length);
    this.#element.textContent = names.length
      ? `With ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`
      : "Nobody else is here yet.";
  }
}
