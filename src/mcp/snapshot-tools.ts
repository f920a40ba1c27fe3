import { runTestsOf } from '#app/run-tests.ts'
import type { NamedFolder, QuestionAnswerer } from '#app/answer-question.ts'
import { snapshotDiffText } from '#report/text-snapshot-diff.ts'
import { whatCanText } from '#report/text-what-can.ts'
import { whoCanText } from '#report/text-who-can.ts'
import { answerOf, type Ask, asker, PAGE } from './ask.ts'
import { COMPARED_SNAPSHOTS, TESTED, WHAT_CAN, WHO_CAN } from './fields.ts'
import type { Tool } from './tool.ts'

/** The questions that are asked of snapshots without a denial. */
export function snapshotTools(
  answerer: QuestionAnswerer,
  folders: readonly NamedFolder[],
  expectPrincipal: string | undefined,
): readonly Tool[] {
  const ask = asker(answerer)
  return [listSnapshots(answerer, expectPrincipal), whoCan(ask), whatCan(ask), compareSnapshots(ask), runTests(folders)]
}

const listSnapshots = ({ snapshots }: QuestionAnswerer, expectPrincipal: string | undefined): Tool => ({
  name: 'list_snapshots',
  title: 'List the snapshots',
  description:
    'The snapshots that denials and requests can be held against: the name that other tools take, when each was collected, and what of it could not be read.',
  fields: {},
  call: async () => ({
    text:
      snapshots.length === 0
        ? 'No snapshot: answers say what the message alone tells. Start with `--snapshot NAME=DIR`.'
        : snapshots
            .map(({ name, collectedAt, problems }) =>
              [`${name}, collected ${collectedAt ?? 'at a time that is not known'}`, ...problems].join('\n  '),
            )
            .join('\n'),
    result: { schemaVersion: 1, snapshots, expectPrincipal: expectPrincipal ?? null },
  }),
})

const whoCan = (ask: Ask): Tool => ({
  name: 'who_can',
  title: 'Who can do it',
  description:
    'Every user and role of a snapshot that may do an action on a resource, under which conditions; of whom it is not decided, and what that hangs on.',
  fields: WHO_CAN,
  call: async ({ part, ...args }) => {
    const result = (await ask.answer('who-can', args)) as Parameters<typeof whoCanText>[1]
    const question = { action: String(args['action']), resource: String(args['resource']) }
    return { text: whoCanText(question, result, PAGE), result: answerOf(result, part) }
  },
})

const whatCan = (ask: Ask): Tool => ({
  name: 'what_can',
  title: 'What somebody can do',
  description:
    'What a user or role of a snapshot may do, on which resources, under which conditions, after boundary, organization and Denies; and what is not decided.',
  fields: WHAT_CAN,
  call: async ({ part, ...args }) => {
    const result = (await ask.answer('what-can', args)) as Parameters<typeof whatCanText>[1]
    return { text: whatCanText(String(args['principal']), result, PAGE), result: answerOf(result, part) }
  },
})

const compareSnapshots = (ask: Ask): Tool => ({
  name: 'compare_snapshots',
  title: 'Compare two snapshots',
  description:
    'What changed between two snapshots, by name: which parts, what anybody may do now that nobody might before, and what was lost, each with a request that shows it.',
  fields: COMPARED_SNAPSHOTS,
  call: async ({ part, ...args }) => {
    const result = (await ask.answer('compare-snapshots', args)) as Parameters<typeof snapshotDiffText>[0]
    return { text: snapshotDiffText(result, PAGE), result: answerOf(result, part) }
  },
})

const runTests = (folders: readonly NamedFolder[]): Tool => ({
  name: 'run_tests',
  title: 'Run access tests',
  description:
    'Hold a file of access tests against a snapshot: who must be allowed what, who must not, by which layer. An undetermined case fails and names the fact that is missing.',
  fields: TESTED,
  call: async ({ tests, snapshot, part }) => {
    const { text, result } = await runTestsOf(
      String(tests),
      typeof snapshot === 'string' ? snapshot : undefined,
      folders,
    )
    return { text: text(PAGE), result: answerOf(result, part) }
  },
})
