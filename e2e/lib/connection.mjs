// One DevTools connection and the sessions on it: numbered requests, and events by name.
import { EventEmitter } from 'node:events';
import WebSocket from 'ws';

export class Connection {
  #socket;
  #next = 1;
  #waiting = new Map();
  #sessions = new Map();

  constructor(socket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(JSON.parse(data)));
    socket.on('close', () => this.#fail(new Error('浏览器已经断开')));
  }

  static open(url) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
      socket.once('open', () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  session(sessionId) {
    const session = new Session(this, sessionId);
    this.#sessions.set(sessionId, session);
    return session;
  }

  close() {
    this.#socket.close();
  }

  #receive(message) {
    if (message.id === undefined) {
      this.#sessions.get(message.sessionId)?.emit(message.method, message.params);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(new Error(`${waiting.method}：${message.error.message}`));
    else waiting?.resolve(message.result);
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

class Session extends EventEmitter {
  #connection;
  #id;

  constructor(connection, id) {
    super();
    this.#connection = connection;
    this.#id = id;
    this.setMaxListeners(50);
  }

  send(method, params) {
    return this.#connection.send(method, params, this.#id);
  }
}
