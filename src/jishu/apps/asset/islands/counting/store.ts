/** What a counting phone keeps: the frozen list, and what was seen and has not arrived yet. */

export interface Seen {
  key: string;
  code: string;
  way: "scan" | "tick";
  place: string;
  at: string;
  campaign: string;
  person: string;
}

export interface Line {
  number: string;
  name: string;
  place: string;
  user: string;
  result: string;
  way: string;
}

const NAME = "jishu-counting";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("queue", { keyPath: "key" });
      asked.result.createObjectStore("lists");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run<T>(store: string, mode: IDBTransactionMode, act: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await open();
  return new Promise((resolve, reject) => {
    const work = base.transaction(store, mode);
    const asked = act(work.objectStore(store));
    work.oncomplete = () => {
      base.close();
      resolve(asked.result);
    };
    work.onabort = work.onerror = () => {
      base.close();
      reject(work.error);
    };
  });
}

export async function queued(campaign: string, person: string): Promise<Seen[]> {
  const all = (await run("queue", "readonly", (rows) => rows.getAll())) as Seen[];
  return all.filter((one) => one.campaign === campaign && one.person === person).sort((a, b) => a.at.localeCompare(b.at));
}

export const enqueue = (seen: Seen): Promise<IDBValidKey> => run("queue", "readwrite", (rows) => rows.put(seen));
export const dequeue = (key: string): Promise<undefined> => run("queue", "readwrite", (rows) => rows.delete(key));
export const keepList = (key: string, lines: Line[]): Promise<IDBValidKey> => run("lists", "readwrite", (rows) => rows.put(lines, key));

export async function keptList(key: string): Promise<Line[]> {
  return ((await run("lists", "readonly", (rows) => rows.get(key))) as Line[] | undefined) ?? [];
}
