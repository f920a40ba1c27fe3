/** The resources of a call, as its event lists them. */
export interface EventResources {
  readonly operation: string
  readonly parameters: unknown
  readonly partition: string
  readonly region: string | null
  /** Of the caller; the owner of what the call names, unless an ARN says otherwise (R-CT-31a). */
  readonly account: string | null
  /** ARNs of the record's `resources`. */
  readonly listed: readonly string[]
  readonly on?: 'source' | 'destination'
}

export interface FoundResources {
  readonly resources: readonly string[]
  readonly from: 'derived' | 'guessed'
}
