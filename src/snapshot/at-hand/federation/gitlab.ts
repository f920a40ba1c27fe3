import type { FederationForm } from './fact.ts'

const TOKENS = /^(?<indent>[ \t]{1,40})id_tokens:[ \t]{0,40}(?:#[^\n]{0,200})?\r?\n/gm
const AUDIENCE = /^[ \t]{2,60}aud:[ \t]{0,9}(?<value>[^\n#]{0,400})/
const ITEM = /^[ \t]{2,60}-[ \t]{1,9}(?<value>[^\n#]{1,400})/

/**
 * Reads the audiences of the tokens in a `.gitlab-ci.yml`; undefined: no job asks for a token. Read as text: the file has tags that no
 * other YAML has. https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
export function gitlabPipeline(text: string): FederationForm | undefined {
  if (text.length > MAX_PIPELINE || !/^[ \t]{1,40}(?:script|extends|stage):/m.test(text)) return undefined
  const blocks = [...text.matchAll(TOKENS)].slice(0, MOST)
  if (blocks.length === 0) return undefined
  const found = blocks.flatMap((block) => audiencesIn(text.slice(block.index + block[0].length), block))
  return { form: 'a GitLab CI pipeline', facts: [{ is: 'job-audiences', audiences: [...new Set(found)] }] }
}

const MAX_PIPELINE = 1_000_000
const MOST = 200

function audiencesIn(text: string, { groups }: RegExpMatchArray): readonly string[] {
  const indent = groups?.['indent']?.length ?? 0
  const lines = text.slice(0, 4000).split(/\r?\n/)
  const end = lines.findIndex((line) => line.trim() !== '' && line.search(/\S/) <= indent)
  const found: string[] = []
  let isList = false
  for (const line of lines.slice(0, end < 0 ? lines.length : end)) {
    const aud = AUDIENCE.exec(line)?.groups?.['value']
    const item: string | undefined = isList ? ITEM.exec(line)?.groups?.['value'] : undefined
    if (aud !== undefined) found.push(...aud.replaceAll(/[[\]]/g, '').split(',').map(unquoted))
    else if (item !== undefined) found.push(unquoted(item))
    isList = aud === undefined ? item !== undefined : aud.trim() === ''
  }
  return found.filter((value) => value !== '')
}

const unquoted = (text: string): string => text.trim().replaceAll(/^["']|["']$/g, '')
