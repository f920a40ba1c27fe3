/** What a case of collected-services.ts is, and what its answers are made with. */
import type { Found } from '../../src/collect/aws/collector.ts'
import { ACCOUNT as A, type SdkAnswer } from './sdk-stub.ts'

export type Input = Readonly<Record<string, unknown>>
export type Given = object | string | ((input: Input) => SdkAnswer)

export interface ServiceCase {
  /** Folder below `resources/`. */
  readonly service: string
  /** By `Client:Operation`. */
  readonly answers: Readonly<Record<string, Given>>
  readonly found: readonly (Pick<Found, 'arn' | 'kind' | 'policy'> & Partial<Pick<Found, 'attributes'>>)[]
  /** Calls for policies, each with the name of the error by which AWS says that there is none, or the answer; `null`: an empty one says it. */
  readonly policies: Readonly<Record<string, string | object | null>>
  /** Those without a policy are not kept. */
  readonly sparse?: true
}

export const R = 'us-east-1'
export const arnOf = (service: string, region: string, rest: string): string =>
  `arn:aws:${service}:${region}:${A}:${rest}`
export const arn = (service: string, rest: string): string => arnOf(service, R, rest)

/** A policy that tells what it is of. */
export const policyOf = (name: string): { Version: string; Statement: object[] } => ({
  Version: '2012-10-17',
  Statement: [{ Sid: name, Effect: 'Allow', Principal: { AWS: A }, Action: 'x:Y', Resource: '*' }],
})
export const text = (name: string): string => JSON.stringify(policyOf(name))
export const both = (...names: readonly string[]): object => ({
  Version: '2012-10-17',
  Statement: names.flatMap((name) => policyOf(name).Statement),
})

/** A list in pages of one. `token` is its name in the request, and in the answer if `next` is not. */
export const paged =
  (member: string, items: readonly unknown[], token = 'nextToken', next = token): Given =>
  (input) => {
    const at = Number(input[token] ?? 0)
    return { [member]: items.slice(at, at + 1), ...(at + 1 < items.length ? { [next]: String(at + 1) } : {}) }
  }

export const named = (input: Input, field: string): string => String(input[field]).replace(/^.*[:/]/, '')
