export interface Check {
  readonly name: string
  /** `bad`: an answer may be wrong or missing because of it. */
  readonly status: 'ok' | 'note' | 'bad'
  readonly text: string
  readonly hint?: string
}

export interface Part {
  readonly name: string
  readonly found: boolean
  readonly where: string | null
  readonly usedFor: string
}

export interface Variable {
  readonly name: string
  /** `null`: it is set, and what to is not for eyes. */
  readonly value: string | null
  readonly known: boolean
}

export interface DataOf {
  readonly source: string
  readonly version: string
  readonly date: string
}

/** How whole a snapshot is. */
export interface SnapshotLook {
  readonly folder: string
  readonly collectedAt: string | null
  readonly ageDays: number | null
  readonly accounts: { readonly known: number; readonly collected: number }
  readonly principals: number
  readonly policies: number
  readonly resources: number
  readonly gaps: readonly { readonly part: string; readonly state: string; readonly why: string | null }[]
  readonly problems: readonly { readonly part: string; readonly message: string }[]
}

/** Result of `doctor` (docs/json.md). */
export interface DoctorReport {
  readonly schemaVersion: 1
  readonly version: string
  readonly node: { readonly version: string; readonly supported: boolean }
  readonly platform: string
  readonly data: { readonly services: DataOf; readonly managedPolicies: DataOf }
  readonly parts: readonly Part[]
  readonly environment: readonly Variable[]
  readonly snapshot: SnapshotLook | null
  readonly store: {
    /** Without a password. */
    readonly url: string
    readonly denials: number
    readonly newest: string | null
    /** Why it cannot be looked into. */
    readonly fault: string | null
  } | null
  readonly checks: readonly Check[]
}
