/** The corpora of safe advice: denials with what must be said of them, and what may not be offered (docs/rules.md, R-ADV-01 to 16). */
import { readFileSync } from 'node:fs'
import type { CallerRelation } from '#diagnose/diagnosis.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { ConsequenceKind } from '#fix/gate/consequence.ts'

/** What an answer must be, whoever asks by whatever door. */
export interface Expected {
  /** Each in the first three lines, in any letter case. */
  readonly says?: readonly string[]
  readonly relation?: CallerRelation
  /** No change that grants anything is offered. */
  readonly nothing?: boolean
  /** Some change that grants is offered: who is careful about everything helps nobody. */
  readonly offers?: boolean
  /** Texts that no offered change holds. */
  readonly never?: readonly string[]
  /** Each offered change that grants has one of these. */
  readonly consequence?: readonly ConsequenceKind[]
  /** A cause in this layer, or a fix of it, is in the answer. */
  readonly layer?: string
}

export interface AdviceCase {
  readonly id: string
  /** `look-alike account`. */
  readonly kind: string
  /** As it is pasted; or a CloudTrail record. */
  readonly text?: string
  readonly record?: object
  /** Files beside the text, by name. */
  readonly files?: Readonly<Record<string, unknown>>
  readonly scenario?: Scenario
  /** Name of a snapshot in worlds.json. */
  readonly world?: string
  /** With all the evidence there is. */
  readonly expect: Expected
  /** Of the text without policies; left out: as `expect` where there are none, else nothing but that no honest caller is a stranger. */
  readonly alone?: Expected
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

export const casesIn = (name: 'hostile' | 'honest'): readonly AdviceCase[] =>
  read(`${name}.jsonl`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AdviceCase)

/** Snapshots by name: their files, by path. */
export const WORLDS = JSON.parse(read('worlds.json')) as Readonly<Record<string, Readonly<Record<string, unknown>>>>
