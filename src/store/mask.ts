import { createHash } from 'node:crypto'
import type { DenialRow } from './denial-row.ts'
import type { AllowedRow } from './denial-store.ts'
import { contextIn, withContext } from './row-of-denial.ts'

/**
 * Kinds of values that are not stored as they are: condition keys that the request's parameters gave; names that people
 * chose.
 */
export type Mask = ReadonlySet<'parameters' | 'names'>

/**
 * The row with less in it. Names become the first digits of their hash, so that equal ones stay equal and counts stay
 * right; services, actions, accounts, Regions and layers are never masked, for without them nothing can be told.
 */
export function masked(row: DenialRow, mask: Mask): DenialRow {
  const lean = mask.has('parameters') ? withoutParameters(row) : row
  return mask.has('names') ? withoutNames(lean) : lean
}

/** Whether texts of policies are not to be kept: they are parameters of requests, and full of names. */
export const hidesTexts = (mask: Mask = new Set()): boolean => mask.size > 0

/** Allowed row under the names that denials of the same tuple have. */
export const maskedAllowed = (row: AllowedRow, mask: Mask): AllowedRow =>
  mask.has('names')
    ? {
        ...row,
        principalKey: maskedArn(row.principalKey) ?? '',
        resourceFamily: maskedFamily(row.resourceFamily) ?? '',
      }
    : row

/** Keys of the network and of time stay: they are of the call, not of its parameters. */
const KEPT = new Set([
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpcsourceip',
  'aws:requestedregion',
  'aws:currenttime',
  'aws:securetransport',
  'aws:viaawsservice',
  'aws:calledvia',
  'aws:calledvialast',
  'aws:multifactorauthpresent',
  'aws:principalisawsservice',
])

function withoutParameters(row: DenialRow): DenialRow {
  const kept = Object.entries(contextIn(row)).filter(([key]) => KEPT.has(key.toLowerCase()))
  return { ...withContext(row, Object.fromEntries(kept)), encodedMessage: null }
}

function withoutNames(row: DenialRow): DenialRow {
  return {
    ...row,
    principalKey: maskedArn(row.principalKey),
    principalArn: maskedPrincipal(row),
    sessionName: row.sessionName === null ? null : hashed(row.sessionName),
    resource: maskedArn(row.resource),
    resourceFamily: maskedFamily(row.resourceFamily),
    policyArn: maskedArn(row.policyArn),
    statement: maskedStatement(row.statement),
    errorMessage: null,
    encodedMessage: null,
    sourceName: null,
    rest: '{"noTime":true,"context":{}}',
  }
}

const hashed = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 12)

/** `arn:aws:iam::1:role/ci/deploy` → `arn:aws:iam::1:role/9f86d081884c`: what comes before the first slash is AWS's. */
function maskedArn(arn: string | null): string | null {
  if (arn === null || arn === '*' || arn === '') return arn
  const parts = arn.split(':')
  if (parts.length < 6) return hashed(arn)
  const resource = parts.slice(5).join(':')
  const cut = parts[2] === 's3' ? -1 : resource.search(/[/:]/)
  const kind = resource.slice(0, cut + 1)
  return [...parts.slice(0, 5), `${kind}${hashed(resource.slice(cut + 1))}`].join(':')
}

/** A session has its role's hash, so that who asks for it finds the role, and other sessions of the role are the same caller. */
function maskedPrincipal({ principalArn, principalKey }: DenialRow): string | null {
  const [, account, name, session] = SESSION.exec(principalArn ?? '') ?? []
  if (principalKey === null || account === undefined || name === undefined || session === undefined)
    return maskedArn(principalArn)
  if (!principalKey.endsWith(`/${name}`)) return maskedArn(principalArn)
  const role = maskedArn(principalKey)?.split('/').at(-1) ?? ''
  return `${account}:assumed-role/${role}/${hashed(session)}`
}

const SESSION = /^(arn:[^:]*:sts:[^:]*:[^:]*):assumed-role\/([^/]+)\/(.+)$/s

/** `LAYER POLICY SID`: the layer is AWS's word. */
function maskedStatement(statement: string | null): string | null {
  if (statement === null) return null
  const blank = statement.indexOf(' ')
  return `${statement.slice(0, blank + 1)}${hashed(statement.slice(blank + 1))}`
}

/** A family keeps its ending, so that it still reads as one. */
function maskedFamily(family: string | null): string | null {
  if (family === null || !/[/:]\*$/.test(family)) return maskedArn(family)
  return `${maskedArn(family.slice(0, -2)) ?? ''}${family.slice(-2)}`
}
