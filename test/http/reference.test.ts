/** `GET /docs`: the description to be read, by a browser without script; and its examples, which the service answers. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exampleOf } from '#http/example.ts'
import { openApi } from '#http/openapi.ts'
import { ROUTES } from '#http/routes.ts'
import { jsonSchemaOf, namedJsonSchemas } from '#schemas/named.ts'
import { type Service, startService } from './start-service.ts'

let service: Service
before(async () => {
  service = await startService()
})
after(() => service.stop())

test('the page names every path, parameter, schema and field, and nothing of it comes from elsewhere', async () => {
  const answer = await fetch(new URL('/docs', service.url))
  const html = await answer.text()
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'text/html; charset=utf-8'])
  const policy = answer.headers.get('content-security-policy') ?? ''
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'unsafe-inline';.*trusted-types 'none'/)
  // As on the pages of the guide, one script of ours copies examples.
  assert.deepEqual(html.match(/<script[^]*?<\/script>/g), ['<script src="/guide.js"></script>'])
  assert.doesNotMatch(html, /<link(?! rel="icon" href="\/icon\.svg")|<img|\ssrc="(?!\/guide\.js")|\son\w+=|url\(/)
  const text = html.replaceAll(/<[^>]{0,500}>/g, '')
  for (const { method, path, query = {} } of ROUTES) {
    assert.ok(text.includes(`${method} ${path}`), path)
    for (const name of Object.keys(query)) assert.ok(text.includes(name), name)
  }
  for (const [name, schema] of Object.entries(namedJsonSchemas())) {
    assert.ok(html.includes(`<h3 id="${name.toLowerCase()}">${name}</h3>`), name)
    for (const field of Object.keys((schema['properties'] ?? {}) as object)) assert.ok(text.includes(field), field)
  }
})

test('each of its links leads somewhere, and no two places have one name', async () => {
  const html = await fetch(new URL('/docs', service.url)).then((answer) => answer.text())
  const ids = [...html.matchAll(/ id="([^"]{1,200})"/g)].map(([, id]) => id)
  assert.deepEqual(ids, [...new Set(ids)])
  const targets = new Set([...html.matchAll(/ href="([^"]{1,200})"/g)].map(([, href = '']) => href))
  assert.ok(targets.size > 70)
  for (const target of targets) {
    if (target.startsWith('#')) assert.ok(ids.includes(target.slice(1)), target)
    else if (!target.startsWith('/d') || target === '/docs') {
      const answer = await fetch(new URL(target, service.url))
      // The files of the page are there once they are built.
      if (target.startsWith('/guide/')) assert.equal(answer.status, 200, target)
      await answer.text()
    }
  }
  assert.match(html, /<form role="search" action="\/guide\/search\.html"/)
})

test('the library leads to the reference, and back', async () => {
  const guide = await fetch(new URL('/guide/index.html', service.url)).then((answer) => answer.text())
  assert.match(guide, /<a href="\/docs">API<\/a>/)
})

test('the service answers the example of every body', async () => {
  const named = namedJsonSchemas()
  for (const { method, path, takes } of ROUTES) {
    if (method !== 'POST' || takes === undefined) continue
    const body = exampleOf(jsonSchemaOf(takes), named)
    const answer = await fetch(new URL(path, service.url), {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 200, `${path} ${JSON.stringify(body)}: ${await answer.text()}`)
  }
})

test('the description is made for the version of the service', () => {
  assert.equal((openApi(ROUTES, '1.2.3')['info'] as { version: string }).version, '1.2.3')
})
