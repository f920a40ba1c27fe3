import { webIdentity, type WebIdentity } from '#app/web-identity.ts'
import { whoami } from '#app/whoami.ts'
import { toJson } from '#report/json.ts'
import { safeLine } from '#quote/terminal.ts'
import { UserError } from '../../errors.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { expectedCaller } from '../expected-caller.ts'
import type { WHOAMI_OPTIONS } from '../whoami-options.ts'

export async function runWhoami({ values, given }: Arguments<typeof WHOAMI_OPTIONS>, io: Io): Promise<number> {
  const token = values['web-identity-token']
  if (token !== undefined) {
    if (given.has('expect-principal'))
      throw new UserError(
        'usage/conflicting-options',
        '`--expect-principal` is about the caller that AWS sees, and a token is no caller yet',
        'give one of the two',
      )
    return showToken(await webIdentity(token, io.env, io.stdin, Date.now()), values.format === 'json', io)
  }
  const told = await whoami(awsSettings(values), expectedCaller(values))
  const { caller, accountId, userId, explanation } = told
  const lines = [`caller      ${caller}`, `account     ${accountId}`, `unique id   ${userId}`, explanation]
  io.out(values.format === 'json' ? toJson(told) : `${lines.map(safeLine).join('\n')}\n`)
  return told.agrees === false ? EXIT.bad : EXIT.ok
}

function showToken(identity: WebIdentity, asJson: boolean, io: Io): number {
  io.out(asJson ? toJson(identity) : `${tokenLines(identity).map(safeLine).join('\n')}\n`)
  return identity.webIdentityToken.expired === true ? EXIT.bad : EXIT.ok
}

function tokenLines({ webIdentityToken: token, explanation }: WebIdentity): readonly string[] {
  const rows = Object.entries(token.claims).map(([name, value]) => [name, wordsOf(value)] as const)
  const keys = Object.entries(token.conditionKeys).map(([name, value]) => [name, wordsOf(value)] as const)
  const others = token.otherClaims === 0 ? [] : [`${token.otherClaims} other claims are not shown.`]
  return [
    `token of ${token.provider}, from ${token.from}`,
    ...columns(rows),
    `expires     ${token.expiresAt ?? 'not stated'}${token.expired === true ? ' (expired)' : ''}`,
    'In a trust policy these are the condition keys:',
    ...columns(keys),
    ...others,
    explanation,
    'To compare it with the trust policy: denytrace diagnose error.txt role.json token.json',
  ]
}

const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function columns(rows: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
}
