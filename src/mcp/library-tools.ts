import { findGuide, guideGroups, guideMarkdown, guidePages, guideResult, jsonPage } from '#app/guide.ts'
import { explainedDenials, groupedDenials, listedDenials, shownDenials, wholeDenials } from '#app/store/denials.ts'
import { withStore } from '#app/store/open-store.ts'
import { timeOption } from '#app/store/since.ts'
import { loadPolicySource } from '#app/policy-source.ts'
import type { NamedFolder } from '#app/answer-question.ts'
import { groupsText, listedText, storedText } from '#report/store/text-denials.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { guideListText } from '#report/text-guide.ts'
import type { OfferedPage, ServedTool, WorkTool } from './tool.ts'
import { jsonText } from '#quote/json.ts'
import { accessTestJsonSchema } from '#schemas/access-tests.ts'
import { count, is, oneOf, SHOWN, string } from '#schemas/described.ts'
import { GROUPED_BY as BY } from '#schemas/stored.ts'
import { answerOf, PAGE } from './ask.ts'
import { PART } from './fields.ts'

/** Denials that were ingested before; the store is opened for the length of a call. */
export const lookUpDenials: WorkTool = {
  name: 'lookup_denials',
  title: 'Look up stored denials',
  description:
    'Look into the store of past denials: one by request or event id, explained; or the newest, filtered; or counted by principal, action, resource-family, service, layer, statement, account or day.',
  fields: {
    id: is(string, 'a request id or event id', SHOWN.requestId).optional(),
    by: is(oneOf(...BY), 'count by this instead of listing').optional(),
    since: is(string, 'only from then on: ISO 8601, a date, or 24h, 7d', '7d').optional(),
    principal: is(string, 'only of this role or user', SHOWN.role).optional(),
    action: is(string, 'only of this IAM action', SHOWN.action).optional(),
    resource: is(string, 'only on this resource', SHOWN.resource).optional(),
    limit: is(count.min(1), 'how many are listed; 20 when left out, 200 at most', 20).optional(),
    cursor: is(string, 'what `next` of the list before says: what comes after it').optional(),
    ...PART,
  },
  readsStore: true,
  work: ({ id, by, since, limit, principal, action, resource, cursor }, { folders, notice, store: access }) =>
    withStore(access.url, { env: access.env }, async (store) => {
      notice('looks into the store')
      if (typeof id === 'string') {
        const found = await explainedDenials(store, id, await firstOf(folders), access.budget)
        const text = `${storedText(found.stored, PAGE)}\n${diagnosesText(shownDenials(found, { verbose: true }), PAGE, { verbose: true })}`
        return { text, result: wholeDenials(found) }
      }
      const filter = {
        ...(typeof since === 'string' ? { from: timeOption('since', since, Date.now()) } : {}),
        ...Object.fromEntries(
          Object.entries({ principal, action, resource }).filter(([, value]) => value !== undefined),
        ),
      }
      const group = BY.find((one) => one === by)
      if (group !== undefined) {
        const result = await groupedDenials(store, group, filter)
        return { text: groupsText(group, result.groups, PAGE), result }
      }
      const most = Math.min(200, typeof limit === 'number' ? limit : 20)
      const result = await listedDenials(store, filter, most, typeof cursor === 'string' ? cursor : undefined)
      return { text: listedText(result.denials, PAGE), result }
    }),
}

const firstOf = (folders: readonly NamedFolder[]): ReturnType<typeof loadPolicySource> =>
  loadPolicySource(
    { snapshot: folders[0]?.folder, scenario: undefined, commandLineOptions: new Set() },
    async () => new Uint8Array(),
  )

/** The reference library: what a denial means, and how to find the layer. */
export const readGuide = (today: string, nearest: Parameters<typeof findGuide>[1]): ServedTool => ({
  name: 'read_guide',
  title: 'Read the reference library',
  description:
    'A guide on AWS AccessDenied, Google Cloud PERMISSION_DENIED, CORS, a policy layer, an error code, a message or a rule, with official sources and the day they were read. Without a topic: the list.',
  fields: {
    topic: is(string, 'such as aws-access-denied, permissions-boundary, ExpiredToken', 'aws-access-denied').optional(),
    ...PART,
  },
  call: async ({ topic, part }) => {
    if (typeof topic !== 'string') {
      const guides = guidePages().map((page) => ({ topic: page.topic, title: page.title, kind: page.kind }))
      return { text: guideListText(guideGroups(), PAGE), result: { schemaVersion: 1, guides } }
    }
    const page = findGuide(topic, nearest)
    return { text: guideMarkdown(page), result: answerOf(guideResult(page, today), part) }
  },
})

/** The guides, and what the fields of every answer mean. */
export const offeredPages = (): readonly OfferedPage[] => [
  ...guidePages().map((page) => ({
    uri: `denytrace://guide/${page.topic}`,
    name: page.topic,
    title: page.title,
    mimeType: MARKDOWN,
    text: () => guideMarkdown(page),
  })),
  {
    uri: 'denytrace://docs/json',
    name: 'json',
    title: 'JSON input and output: the fields of every answer',
    mimeType: MARKDOWN,
    text: jsonPage,
  },
  {
    uri: 'denytrace://schemas/access-tests',
    name: 'access-tests',
    title: 'The form of a file of access tests, for run_tests, as JSON Schema',
    mimeType: 'application/schema+json',
    text: () => jsonText(accessTestJsonSchema()),
  },
]

const MARKDOWN = 'text/markdown'
