// What a figure sees in place of the widget when there is no kernel: the same five methods.

export function standin(state) {
  const listeners = new Map();
  return {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      for (const call of listeners.get(`change:${name}`) ?? []) call();
    },
    save_changes() {},
    on(event, call) {
      listeners.set(event, [...(listeners.get(event) ?? []), call]);
    },
    off(event, call) {
      listeners.set(event, (listeners.get(event) ?? []).filter((other) => other !== call));
    },
  };
}
