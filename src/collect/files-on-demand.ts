/** Files by relative path that are read each time they are asked for; nothing of them is kept. */
export class FilesOnDemand implements ReadonlyMap<string, string> {
  readonly #paths: ReadonlyMap<string, string>
  readonly #read: (path: string, full: string) => string

  constructor(paths: ReadonlyMap<string, string>, read: (path: string, full: string) => string) {
    this.#paths = paths
    this.#read = read
  }

  get size(): number {
    return this.#paths.size
  }

  has(path: string): boolean {
    return this.#paths.has(path)
  }

  get(path: string): string | undefined {
    const full = this.#paths.get(path)
    return full === undefined ? undefined : this.#read(path, full)
  }

  keys(): MapIterator<string> {
    return this.#paths.keys()
  }

  *values(): MapIterator<string> {
    for (const [path, full] of this.#paths) yield this.#read(path, full)
  }

  *entries(): MapIterator<[string, string]> {
    for (const [path, full] of this.#paths) yield [path, this.#read(path, full)]
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries()
  }

  forEach(call: (text: string, path: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [path, text] of this) call(text, path, this)
  }
}
