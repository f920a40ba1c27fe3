/**
 * State of a context key of the request (R-COND-60). `present`: the request has it, its value is not known.
 */
export type KeyState =
  | {
      readonly state: 'values'
      readonly values: readonly string[]
      readonly multivalued: boolean
      /** Set on `aws:PrincipalArn` when the role's path is not known. */
      readonly rolePathUnknown?: boolean
    }
  | { readonly state: 'present' }
  | { readonly state: 'absent' }
  /** `outside`: an organization that the value is not and is no path of, or an account that it is not. */
  | { readonly state: 'unknown'; readonly outside?: string }

/** Context of a request: key names are compared without case, before and after the slash (R-CTX-01). */
export type Lookup = (key: string) => KeyState

/** Whether a value, or all that a pattern matches, is the organization's id or a path in it. */
export const isOfOrganization = (value: string, id: string): boolean => value === id || value.startsWith(`${id}/`)

export const ABSENT: KeyState = { state: 'absent' }
export const UNKNOWN: KeyState = { state: 'unknown' }
export const PRESENT: KeyState = { state: 'present' }
export const single = (value: string): KeyState => ({ state: 'values', values: [value], multivalued: false })
export const several = (values: readonly string[]): KeyState =>
  values.length === 0 ? ABSENT : { state: 'values', values, multivalued: true }

/** R-CTX-02. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
const MULTIVALUED: ReadonlySet<string> = new Set([
  'aws:calledvia',
  'aws:tagkeys',
  'aws:principalorgpaths',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:vpceorgpaths',
  'aws:principalservicenameslist',
])

export const isMultivaluedGlobalKey = (key: string): boolean => MULTIVALUED.has(key)
