import type { Policy } from '#engine/scenario.ts'
import { memberAt, membersAt } from '#iam/json-scan.ts'
import { documentAt, policyOf } from '../document.ts'
import { field, isObject, keyOf } from '../fields.ts'
import type { JsonSource } from '../json-source.ts'

/** A JSON file, by its members: values, and the places of policies in it. */
export class Reader {
  readonly #source: JsonSource

  constructor(source: JsonSource) {
    this.#source = source
  }

  get value(): unknown {
    return this.#source.value
  }

  /** The member at the end of a path from the outermost value; undefined where there is none. */
  at(...path: readonly (string | number)[]): { readonly value: unknown; readonly start: number } | undefined {
    let { value, start } = this.#source as { value: unknown; start: number }
    for (const step of path) {
      const key = typeof step === 'string' && isObject(value) ? keyOf(value, step) : step
      const member = key === undefined ? undefined : memberAt(this.#source.text, start, key)
      if (member === undefined) return undefined
      value = typeof step === 'number' ? (value as readonly unknown[])[step] : field(value, step)
      start = member.start
    }
    return { value, start }
  }

  /** The policy whose document stands there; where nothing does, one that is not at hand. */
  policy(name: string, ...path: readonly (string | number)[]): Policy {
    const found = this.at(...path)
    if (found === undefined) return { name, file: this.#source.file }
    return policyOf(name, undefined, documentAt(this.#source, found.start, found.value))
  }

  /** The policy whose document stands there; null where a `null` or an empty text says that there is none. */
  policyOrNone(name: string, ...path: readonly (string | number)[]): Policy | null {
    const found = this.at(...path)
    return found?.value === null || found?.value === '' ? null : this.policy(name, ...path)
  }

  text(...path: readonly (string | number)[]): string | undefined {
    const found = this.at(...path)?.value
    return typeof found === 'string' ? found : undefined
  }

  indexes(...path: readonly (string | number)[]): readonly number[] {
    const found = this.at(...path)
    return found === undefined || !Array.isArray(found.value)
      ? []
      : membersAt(this.#source.text, found.start).map((_, index) => index)
  }

  get fileName(): string {
    const [last = ''] = this.#source.file.split(/[\\/]/).slice(-1)
    return last.replace(/\.json$/i, '')
  }
}
