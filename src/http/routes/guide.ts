import { guideSite } from '#app/guide.ts'
import { HttpFault, type Route } from '../route.ts'

let site: ReadonlyMap<string, string> | undefined

/** The pages have their style in them and no script; nothing is loaded. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** `GET /guide/{page}`: the reference library, `index.html` lists it. */
export const guideRoute: Route = {
  method: 'GET',
  path: '/guide/{page}',
  summary: 'A page of the reference library: index.html, aws-access-denied.html, …',
  open: true,
  gives: 'text/html',
  faults: [404],
  handle: ({ parts }) => {
    site ??= guideSite()
    const name = parts['page'] ?? 'index.html'
    const body = site.get(name) ?? site.get(`${name}.html`)
    if (body === undefined)
      throw new HttpFault(404, 'http/not-found', `there is no guide \`${name}\``, '/guide/index.html lists them')
    return { status: 200, type: 'text/html; charset=utf-8', body, headers: { 'content-security-policy': POLICY } }
  },
}
