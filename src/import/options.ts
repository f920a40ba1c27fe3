/** Facts that a file may leave open, given by whoever imports it. */
export interface ImportOptions {
  /** The account of what names none. */
  readonly account?: string
  readonly region?: string
  /** Parameters of a template; also the name of a resource by its logical id, or an attribute by its Terraform address. */
  readonly parameters?: ReadonlyMap<string, string>
  /** Terraform: an expression that refers to one attribute is that attribute, with nothing around it. */
  readonly plainReferences?: boolean
  /** The accounts are in no organization, so that neither SCPs nor RCPs apply. */
  readonly noOrganization?: boolean
  /** ISO 8601, where the file does not say when it was made. */
  readonly collectedAt?: string
}

/** Partition of a Region; `aws` where none is known. */
export function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-') === true) return 'aws-cn'
  return region?.startsWith('us-gov-') === true ? 'aws-us-gov' : 'aws'
}

/** `us-east-1`, `us-gov-west-1`. */
export const isRegion = (text: string): boolean => /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/.test(text)
