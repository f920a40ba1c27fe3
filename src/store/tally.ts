import type { DenialRow } from './denial-row.ts'
import { hourOf, slotOf } from './hours.ts'

/**
 * Kind of denials that a detector counts together: who, what, where, why, and what tells noise from a refusal that
 * means something. Texts that an event does not give are empty.
 */
export interface DenialKind {
  /** The role or user behind the session, else the principal as written. */
  readonly principal: string
  /** The IAM action; where the event does not tell it, service and name of the call. */
  readonly action: string
  readonly isActionTold: boolean
  readonly resourceFamily: string
  /** The caller's. */
  readonly account: string
  /** The layer AWS named, else the one that refused by the snapshot, if it was the only one. */
  readonly layer: string
  readonly effect: string
  readonly policyArn: string
  readonly statement: string
  readonly signs: DenialSigns
}

export interface DenialSigns {
  /** The principal is an AWS service. */
  readonly isService: boolean
  /** An AWS service called on behalf of the principal. */
  readonly isForService: boolean
  /** The message is the billing console's: a setting of the account, not a policy. */
  readonly isNotActivated: boolean
  /** A 403 that may be a 404. */
  readonly mayBeNotFound: boolean
  /** The denial carries the note that IAM may not have caught up. */
  readonly isEventual: boolean
}

/** Denials of one kind in one hour. */
export interface KindCount {
  /** The place of its kind among those of the part. */
  readonly kind: number
  readonly bucketStart: string
  readonly n: number
  /** Bit i: something came in the i-th five minutes. */
  readonly slots: number
  /** Seconds since the beginning of the hour. */
  readonly first: number
  readonly last: number
}

/** Counted denials of some time: no hour and kind is in two parts. */
export interface Tally {
  readonly kinds: readonly DenialKind[]
  readonly counts: readonly KindCount[]
}

/** Denials of one kind in one hour, to be pointed at. */
export interface Cell {
  readonly bucketStart: string
  readonly kind: DenialKind
}

/** Error message that the queries look for, in words that rows carry: `row-of-denial.ts` writes them. */
export const NOT_ACTIVATED = 'IAM user access not activated'
export const NOT_FOUND_NOTE = 'possibly-not-found'
export const EVENTUAL_NOTE = 'eventual-consistency'

export const SIGN_BITS: Readonly<Record<keyof DenialSigns | 'isActionUntold', number>> = {
  isActionUntold: 1,
  isService: 2,
  isForService: 4,
  isNotActivated: 8,
  mayBeNotFound: 16,
  isEventual: 32,
}

export const signsOfBits = (bits: number): DenialSigns => ({
  isService: (bits & SIGN_BITS.isService) !== 0,
  isForService: (bits & SIGN_BITS.isForService) !== 0,
  isNotActivated: (bits & SIGN_BITS.isNotActivated) !== 0,
  mayBeNotFound: (bits & SIGN_BITS.mayBeNotFound) !== 0,
  isEventual: (bits & SIGN_BITS.isEventual) !== 0,
})

const secondOf = (time: string): number => Number(time.slice(14, 16)) * 60 + Number(time.slice(17, 19))

/** The kind of a row, as the queries have it. */
export function kindOf(row: DenialRow): DenialKind {
  const { action, service, eventName, layer, blockedBy } = row
  const untold = service === null || eventName === null ? '' : `${service}:${eventName}`
  return {
    principal: row.principalKey ?? row.principalArn ?? '',
    action: action ?? untold,
    isActionTold: action !== null,
    resourceFamily: row.resourceFamily ?? '',
    account: row.callerAccount ?? '',
    layer: layer ?? (blockedBy === null || blockedBy.includes(',') ? '' : blockedBy),
    effect: row.effect ?? '',
    policyArn: row.policyArn ?? '',
    statement: row.statement ?? '',
    signs: {
      isService: row.principalType === 'service',
      isForService: row.invokedBy?.endsWith('.amazonaws.com') === true,
      isNotActivated: row.errorMessage?.includes(NOT_ACTIVATED) === true,
      mayBeNotFound: hasNote(row, NOT_FOUND_NOTE),
      isEventual: hasNote(row, EVENTUAL_NOTE),
    },
  }
}

/** By the text of the JSON, as a query can: parsing each would cost more than all else. */
function hasNote({ rest }: DenialRow, code: string): boolean {
  const notes = rest.indexOf('"notes":[')
  return notes >= 0 && rest.includes(`"code":"${code}"`, notes)
}

export function tallyOf(rows: readonly DenialRow[]): Tally {
  const kinds = new Map<string, { readonly place: number; readonly kind: DenialKind }>()
  const counts = new Map<string, { -readonly [K in keyof KindCount]: KindCount[K] }>()
  for (const row of rows) {
    const kind = kindOf(row)
    const text = JSON.stringify(kind)
    const found = kinds.get(text) ?? { place: kinds.size, kind }
    kinds.set(text, found)
    const bucketStart = hourOf(row.eventTime)
    const second = secondOf(row.eventTime)
    const key = `${bucketStart} ${found.place}`
    const count = counts.get(key)
    if (count === undefined)
      counts.set(key, {
        kind: found.place,
        bucketStart,
        n: 1,
        slots: slotOf(row.eventTime),
        first: second,
        last: second,
      })
    else {
      count.n += 1
      count.slots |= slotOf(row.eventTime)
      count.first = Math.min(count.first, second)
      count.last = Math.max(count.last, second)
    }
  }
  return { kinds: [...kinds.values()].map(({ kind }) => kind), counts: [...counts.values()] }
}
