/** What an event says of the resources its call touches. */
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
