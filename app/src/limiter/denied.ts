import { LRUCache } from "lru-cache";
import { type Decision, retryAfter } from "./decision.ts";

/** Most denied clients remembered; a flood from more of them is again the store's to decide. */
const mostKeys = 10_000;

interface Denial {
  at: number;
  until: number;
  decision: Decision;
}

/**
 * Remembers who was denied, until they may come again. A client that hammers on costs a look-up here and no trip to the store,
 * which is when the store is needed most. It can't deny wrongly: only time makes a full limit have room.
 */
export function createDenied(now: () => number = () => performance.now()) {
  const denials = new LRUCache<string, Denial>({ max: mostKeys });
  return {
    find(key: string): Decision | undefined {
      const denial = denials.get(key);
      if (!denial) return undefined;
      const time = now();
      if (time >= denial.until) {
        denials.delete(key);
        return undefined;
      }
      const passed = time - denial.at;
      const states = denial.decision.states.map((state) => ({
        ...state,
        resetMilliseconds: Math.max(state.resetMilliseconds - passed, 0),
        waitMilliseconds: Math.max(state.waitMilliseconds - passed, 0),
      }));
      return { allowed: false, source: "blocked", states };
    },
    add(key: string, decision: Decision): void {
      const at = now();
      denials.set(key, { at, until: at + retryAfter(decision), decision });
    },
  };
}
