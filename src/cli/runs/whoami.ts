import { whoami } from '#app/whoami.ts'
import { toJson } from '#report/json.ts'
import { safeLine } from '#quote/terminal.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { expectedCaller } from '../expected-caller.ts'
import type { WHOAMI_OPTIONS } from '../whoami-options.ts'

export async function runWhoami({ values }: Arguments<typeof WHOAMI_OPTIONS>, io: Io): Promise<number> {
  const told = await whoami(awsSettings(values), expectedCaller(values))
  const { caller, accountId, userId, explanation } = told
  const lines = [`caller      ${caller}`, `account     ${accountId}`, `unique id   ${userId}`, explanation]
  io.out(values.format === 'json' ? toJson(told) : `${lines.map(safeLine).join('\n')}\n`)
  return told.agrees === false ? EXIT.bad : EXIT.ok
}
