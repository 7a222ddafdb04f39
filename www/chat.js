// Broadcast messages of other users and of this one, which may wait for the link.

const MESSAGES_MAX = 200;

export class Chat {
  #list;
  #engine = null;
  #roomID = "";

  /** @param onError Called when a message could not be sent. */
  constructor(list, form, onError) {
    this.#list = list;
    const field = form.querySelector("input");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(field.value.trim()).catch(onError);
      field.value = "";
    });
  }

  follow(engine) {
    this.#engine = engine;
    engine.on("roomStateChanged", (roomID) => {
      this.#roomID = roomID;
    });
    engine.on("IMRecvBroadcastMessage", (_roomID, messages) => {
      for (const { fromUser, message } of messages) {
        this.#add(fromUser.userName || fromUser.userID, message);
      }
    });
  }

  clear() {
    this.#list.replaceChildren();
  }

  async #send(text) {
    if (!text) return;
    const item = this.#add("You", text);
    item.dataset.sending = "true";
    try {
      await this.#engine.sendBroadcastMessage(this.#roomID, text);
      item.dataset.sending = "false";
    } catch (error) {
      item.remove();
      throw error;
    }
  }

  #add(name, text) {
    const item = document.createElement("li");
    const who = document.createElement("b");
    who.textContent = `${name}: `;
    item.append(who, text);
    this.#list.append(item);
    if (this.#list.childElementCount > MESSAGES_MAX) this.#list.firstElementChild.remove();
    this.#list.scrollTop = this.#list.scrollHeight;
    return item;
  }
}
