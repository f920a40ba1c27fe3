import { servicePage } from '#app/guide.ts'
import type { JsonSchema } from '#schemas/named.ts'
import type { Route } from '../route.ts'
import { type DescribedApi, operationsOf, referenceMarkdown } from '../reference.ts'
import { GUIDE_POLICY } from './guide.ts'

/** `GET /docs`: what `openapi.json` says, as a page of the library. */
export const referenceRoute = (describe: (version: string) => JsonSchema): Route => {
  let page: string | undefined
  return {
    method: 'GET',
    path: '/docs',
    operationId: 'readReference',
    tag: 'service',
    summary: 'This description as a page to be read',
    open: true,
    gives: 'text/html',
    handle: (_, { version }) => {
      page ??= pageOf(describe(version) as unknown as DescribedApi)
      const headers = { 'content-security-policy': GUIDE_POLICY }
      return { status: 200, type: 'text/html; charset=utf-8', body: page, headers }
    },
  }
}

function pageOf(api: DescribedApi): string {
  const told = operationsOf(api)
  const groups = api.tags.map(
    ({ name, description }) =>
      [description, told.filter(({ tag }) => tag === name).map(({ heading }) => heading)] as const,
  )
  return servicePage({
    title: 'API',
    href: '/docs',
    markdown: referenceMarkdown(api),
    groups: [...groups, ['Schemas', Object.keys(api.components.schemas)]],
    command: 'curl -s http://127.0.0.1:8086/openapi.json',
  })
}
