import type { ResourceLocation } from './resource-locations.ts'

/** A type whose resources have a policy: how the ARN follows from the name, and which resource holds the policy apart. */
export interface PolicyHolderType {
  readonly type: string
  readonly service: string
  readonly kind: string
  /** The attribute with the name; of several the values stand with slashes between them. */
  readonly name: Names
  readonly arn: (name: string, place: ResourceLocation & { readonly account: string }) => string
  /** The attribute with the ARN by which policies name it; left out: `arn`. */
  readonly arnIn?: string
  /** The policy attribute of the resource itself. */
  readonly policy?: string
  /** The type that only holds the policy, and its attribute that says of what: ARN, name, id or URL. */
  readonly apart?: { readonly type: string; readonly of: Names; readonly policy?: string }
  /** AWS makes up a part of its id, so that no text around it names another. Left out: where all of it is an id or ARN. */
  readonly hasRandomId?: boolean
  readonly byDefault?: (arn: string, account: string) => unknown
}

export type Names = string | readonly [string, ...string[]]

/** A policy that an account has once in each Region: it names nothing that it is of. */
export interface RegionPolicy {
  readonly type: string
  readonly service: string
  readonly kind: string
  readonly arn: PolicyHolderType['arn']
  readonly policy: string
}

export const inRegion =
  (service: string, prefix = '') =>
  (name: string, { partition, region, account }: ResourceLocation & { readonly account: string }): string =>
    `arn:${partition}:${service}:${region ?? ''}:${account}:${prefix}${name}`

/** Named by the ARN that AWS gives it. */
export const asGiven = (name: string): string => name
