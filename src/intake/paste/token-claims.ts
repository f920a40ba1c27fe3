import { subjectOfTriggers } from './workflow-triggers.ts'

/**
 * What a paste says of the token that a job shows to AWS, for the details of a denial: `tokenSubject` and `tokenAudience` are claims as
 * they were printed; `tokenRepository` and `tokenFor` are what the subject of a GitHub token is made of; `tokenForTriggers`: as the triggers of
 * the workflow let expect it.
 */
export type TokenClaims = Readonly<
  Partial<Record<'tokenSubject' | 'tokenAudience' | 'tokenRepository' | 'tokenFor' | 'tokenForTriggers', string>>
>

/** Subjects of the providers that CI systems and clusters use. A condition key ends in `:sub`, and what it holds is no claim. */
const SUBJECT =
  /(?<![:\w])["']?sub(?:ject)?(?: claim)?["']?\s{0,4}[:=]\s{0,4}["']?(?<value>(?:repo:|project_path:|system:serviceaccount:|organization:|org\/|\{)[^\s"',;]{1,600})/i
const AUDIENCE = /(?<![:\w])["']?aud["']?\s{0,4}[:=]\s{0,4}\[?["']?(?<value>[\w.:/-]{3,300})/

const REPOSITORY =
  /(?:\bGITHUB_REPOSITORY["']?[ \t]{0,4}[:=][ \t]{0,4}["']?|\bSyncing repository: |\bgithub\.com\/(?=[\w.-]{1,39}\/[\w.-]{1,100}\/actions\/runs\/))(?<value>[\w.-]{1,39}\/[\w.-]{1,100})/
const REF = /\bGITHUB_REF["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?<value>refs\/[\w./@+-]{1,250})/

/** A workflow of GitHub Actions, and the environment of its job: a name of its own, or an input that has one choice. */
const WORKFLOW = /^[ \t]{0,20}(?:-[ \t]{1,4})?(?:runs-on|id-token):/m
const ENVIRONMENT =
  /^[ \t]{1,40}environment:[ \t]{0,4}(?:(?<value>[^\s#][^\n#]{0,200})|\n[ \t]{1,40}name:[ \t]{0,4}(?<name>[^\s#][^\n#]{0,200}))/m
const INPUT = /^\$\{\{\s{0,4}(?:github\.event\.)?inputs\.(?<input>[\w-]{1,100})\s{0,4}\}\}$/

const JOBS = /^jobs:[ \t]{0,20}$/m

/** Whether a text is a workflow of GitHub Actions: what a file beside a denial says of the token of its job. */
export const isWorkflow = (text: string): boolean =>
  firstIn(text, ['jobs:'], JOBS) !== undefined && firstIn(text, ['runs-on:', 'id-token:'], WORKFLOW) !== undefined

/** A text may be long: only this much before and behind a word is searched, at the first places of the word. */
const WINDOW = { before: 60, behind: 800 }
const MOST = 200

interface Found {
  readonly at: number
  readonly groups: Readonly<Record<string, string>>
}

/** The first match of a pattern that has one of the words in it. */
function firstIn(text: string, words: readonly string[], pattern: RegExp): Found | undefined {
  const found = words.flatMap((word): readonly Found[] => {
    let at = text.indexOf(word)
    for (let seen = 0; at >= 0 && seen < MOST; seen++, at = text.indexOf(word, at + word.length)) {
      const from = Math.max(0, at - WINDOW.before)
      const match = pattern.exec(text.slice(from, at + WINDOW.behind))
      if (match !== null) return [{ at: from + match.index, groups: match.groups ?? {} }]
    }
    return []
  })
  return found.toSorted((a, b) => a.at - b.at)[0]
}

/** Reads the claims that a paste prints, or that follow from its workflow. https://docs.github.com/en/actions/reference/security/oidc */
export function tokenClaimsIn(text: string): TokenClaims {
  const found = (words: readonly string[], pattern: RegExp): string | undefined =>
    firstIn(text, words, pattern)?.groups['value']
  const tokenFor = environmentIn(text) ?? refOf(found(['GITHUB_REF'], REF))
  return {
    ...said(
      'tokenSubject',
      found(['sub', 'Sub', 'SUB'], SUBJECT) ?? serviceAccountIn(text) ?? startedAccountIn(text) ?? pipelineIn(text),
    ),
    ...said('tokenAudience', found(['aud'], AUDIENCE)),
    ...said('tokenRepository', found(['GITHUB_REPOSITORY', 'Syncing repository: ', 'github.com/'], REPOSITORY)),
    ...said('tokenFor', tokenFor),
    ...said('tokenForTriggers', tokenFor === undefined ? triggerIn(text) : undefined),
  }
}

/** What the triggers of a workflow say of its subject. Called by another workflow, it runs for that one's. */
const triggerIn = (text: string): string | undefined => (isWorkflow(text) ? subjectOfTriggers(text) : undefined)

/** A service account as `kubectl get serviceaccount -o yaml` prints it, with the annotation of its role. */
const ACCOUNT =
  /^(?<indent>[ \t]{0,20})kind: ServiceAccount\r?\n\k<indent>metadata:\r?\n(?<body>(?:\k<indent>[ \t]{1,20}[^\n]{1,1000}\n?){1,60})/m

/** The subject of the pods that run as the one service account that a paste shows. */
function serviceAccountIn(text: string): string | undefined {
  const body = firstIn(text, ['kind: ServiceAccount'], ACCOUNT)?.groups['body'] ?? ''
  const name = /^[ \t]{1,24}name: (?<value>[a-z0-9][a-z0-9.-]{0,252})\s{0,9}$/m.exec(body)?.groups?.['value']
  const namespace = /^[ \t]{1,24}namespace: (?<value>[a-z0-9][a-z0-9-]{0,62})\s{0,9}$/m.exec(body)?.groups?.['value']
  const isOnly = countOf(text, 'kind: ServiceAccount') === 1
  if (!isOnly || name === undefined || namespace === undefined || !body.includes('eks.amazonaws.com/role-arn'))
    return undefined
  return `system:serviceaccount:${namespace}:${name}`
}

/** `kubectl -n NAMESPACE run … --serviceaccount=NAME`, or with `"serviceAccountName"` in its overrides: a pod that somebody starts. */
const STARTED = /(?:^|[\s$#])kubectl [^\n]{0,300}?\brun\b[^\n]{0,700}/
const IN_NAMESPACE = /\s(?:-n|--namespace)[ =](?<value>[a-z0-9][a-z0-9-]{0,62})(?=\s|$)/
const AS_ACCOUNT =
  /(?:\s--serviceaccount[ =]|["']?serviceAccountName\\?["']?\s{0,2}:\s{0,2}\\?["']?)(?<value>[a-z0-9][a-z0-9.-]{0,252})(?=[\s"'\\},]|$)/

/** The subject of the one pod that a command in the text starts; what the pod itself runs stands behind ` -- `. */
function startedAccountIn(text: string): string | undefined {
  const at = firstIn(text, ['kubectl '], STARTED)?.at
  if (at === undefined || text.split(AS_ACCOUNT).length !== 3) return undefined
  const command = STARTED.exec(text.slice(at))?.[0].split(' -- ', 1)[0] ?? ''
  const [namespace, name] = [IN_NAMESPACE, AS_ACCOUNT].map((pattern) => pattern.exec(command)?.groups?.['value'])
  return namespace === undefined || name === undefined ? undefined : `system:serviceaccount:${namespace}:${name}`
}

/** Variables of a pipeline of GitLab, as `env` prints them. https://docs.gitlab.com/ci/variables/predefined_variables/ */
const PROJECT = /\bCI_PROJECT_PATH["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?<value>[\w.-]{1,255}(?:\/[\w.-]{1,255}){1,20})/
const BRANCH = /\bCI_COMMIT_BRANCH["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?<value>[\w./@+-]{1,250})/
const TAG = /\bCI_COMMIT_TAG["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?<value>[\w./@+-]{1,250})/
const REF_NAME = /\bCI_COMMIT_REF_NAME["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?<value>[\w./@+-]{1,250})/

/** The subject of a GitLab job's token. https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
function pipelineIn(text: string): string | undefined {
  const found = (word: string, pattern: RegExp): string | undefined => firstIn(text, [word], pattern)?.groups['value']
  const project = found('CI_PROJECT_PATH', PROJECT)
  const tag = found('CI_COMMIT_TAG', TAG)
  const ref = tag ?? found('CI_COMMIT_BRANCH', BRANCH) ?? found('CI_COMMIT_REF_NAME', REF_NAME)
  // Of a merge request the branch may be another project's.
  if (project === undefined || ref === undefined || text.includes('CI_MERGE_REQUEST_')) return undefined
  return `project_path:${project}:ref_type:${tag === undefined ? 'branch' : 'tag'}:ref:${ref}`
}

const said = (name: keyof TokenClaims, value: string | undefined): TokenClaims =>
  value === undefined ? {} : { [name]: value }

/** A job with an environment has it in its subject, and no branch. `NAME`: the workflow does not say which. */
function environmentIn(text: string): string | undefined {
  if (firstIn(text, ['runs-on:', 'id-token:'], WORKFLOW) === undefined) return undefined
  const groups = firstIn(text, ['environment:'], ENVIRONMENT)?.groups
  // Of several jobs nobody knows which one made the call, and another one may have no environment.
  if (groups !== undefined && countOf(text, 'runs-on:') > 1) return 'environment:NAME'
  const written = (groups?.['value'] ?? groups?.['name'])?.trim().replaceAll(/^["']|["']$/g, '')
  if (written === undefined) return undefined
  const input = INPUT.exec(written)?.groups?.['input']
  const name = input === undefined ? written : onlyChoice(text, input)
  return `environment:${name === undefined || name.includes('${{') ? 'NAME' : name}`
}

const countOf = (text: string, word: string): number => text.split(word, MOST).length - 1

const INPUTS = /^[ \t]{1,40}inputs:/m

/** The one option of an input of type `choice`. */
function onlyChoice(text: string, input: string): string | undefined {
  const inputs = firstIn(text, ['inputs:'], INPUTS)
  if (inputs === undefined) return undefined
  const lines = text.slice(inputs.at, inputs.at + 4000).split('\n')
  const from = lines.findIndex((line) => line.trim() === `${input}:`)
  const options = lines.findIndex((line, i) => i > from && line.trim() === 'options:')
  if (from < 0 || options < 0) return undefined
  const after = lines.slice(options + 1)
  const end = after.findIndex((line) => !/^\s{1,60}- /.test(line))
  const choices = after.slice(0, end < 0 ? after.length : end).map((line) => line.trim().slice(2).trim())
  return choices.length === 1 ? choices[0] : undefined
}

const refOf = (ref: string | undefined): string | undefined =>
  ref === undefined ? undefined : ref.startsWith('refs/pull/') ? 'pull_request' : `ref:${ref}`
