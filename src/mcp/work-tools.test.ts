import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openQuestionAnswerer } from '#app/answer-question.ts'
import { isUserError } from '../errors.ts'
import { asker } from './ask.ts'
import { workTools } from './work-tools.ts'

describe('tools whose answer takes work', () => {
  test('can be asked for a part of it: what does not fit names the parts that it leaves out', () => {
    for (const { name, fields } of workTools()) assert.ok('part' in fields, name)
  })

  test('say of a draft that there is nothing to replay it on', async () => {
    const answerer = await openQuestionAnswerer({ snapshots: [], budget: undefined })
    const verify = workTools().find(({ name }) => name === 'verify_fix')
    const atHand = {
      ask: asker(answerer),
      folders: [],
      notice: () => undefined,
      store: { url: undefined, env: {}, budget: undefined },
    }
    const text =
      'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: iam:ListRoles on resource: * because no permissions boundary allows the iam:ListRoles action'
    await assert.rejects(
      async () => verify?.work({ text, fix: 'draft' }, atHand),
      (error: unknown) => isUserError(error) && /`draft` is drafted from AWS's words/.test(error.message),
    )
  })
})
