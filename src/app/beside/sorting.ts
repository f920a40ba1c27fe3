import { parseScenario } from '#collect/scenario-file.ts'
import { parseDocumentText } from '#collect/template-file.ts'
import type { Scenario } from '#engine/scenario.ts'
import { type Imported, type ImportKind, isImported, type NotImported } from '#import/imported.ts'
import { kindOfFile } from '#import/kind-of-file.ts'
import { duplicateKeyAt, skipSpace } from '#iam/json-scan.ts'
import { shellWord } from '#quote/shell.ts'
import { type NamedAs, namedPieces } from '#snapshot/at-hand/named.ts'
import type { FederationFile, FederationForm } from '#snapshot/at-hand/federation/fact.ts'
import { federationOfText, federationOfValue } from '#snapshot/at-hand/federation/recognize-federation.ts'
import { otherFormat } from '#snapshot/at-hand/other-formats.ts'
import { describedArn } from '#snapshot/at-hand/output-settings.ts'
import { printedPolicies } from '#snapshot/at-hand/printed-policy.ts'
import { BARE_DOCUMENT, type Piece } from '#snapshot/at-hand/piece.ts'
import { CALLER_IDENTITY, callerIdentity } from '#snapshot/at-hand/caller-identity.ts'
import { recognize } from '#snapshot/at-hand/recognize.ts'
import { isObject } from '#snapshot/fields.ts'
import { commentedJson, isReadable, readJson } from '#snapshot/json-source.ts'
import { isScenario } from '#snapshot/scenario-shape.ts'
import type { ReadingWatch } from '#intake/reading-watch.ts'
import { surroundingsOf } from '#intake/paste/surroundings.ts'
import { isWorkflow } from '#intake/paste/token-claims.ts'
import { decodeWebIdentityToken, type WebIdentityToken } from '#intake/web-identity-token.ts'
import { UserError } from '../../errors.ts'
import type { Input, OpenInput } from '../files.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { evidenceOfInput, rawEvidence } from '../inputs.ts'
import type { Beside, Named, ReadAs } from './beside.ts'
import {
  brokenJson,
  holdsCredentials,
  keyTwice,
  noPolicy,
  saidTwice,
  twoCallers,
  twoWorkflows,
  unknownKind,
  unusedOutput,
} from './faults.ts'
import { onlyOutputIn, piecesInList, piecesInText } from './printed-outputs.ts'

/** Files on their way to what they say: each is added, and at the end they stand sorted. */
export class Sorting {
  readonly #named: Named
  readonly #pieces: Piece[] = []
  readonly #federation: FederationFile[] = []
  readonly #files = new Map<string, string>()
  readonly #citedAs = new Map<string, string>()
  readonly #withoutLines = new Set<string>()
  readonly #inputs: OpenInput[] = []
  readonly #withoutError: OpenInput[] = []
  readonly #read = new Map<OpenInput, Evidence>()
  readonly #watch: ReadingWatch | undefined
  readonly #faults: UserError[] = []
  readonly #readAs: ReadAs[] = []
  #workflow: { readonly name: string; readonly text: string } | undefined
  #token: { readonly name: string; readonly value: WebIdentityToken } | undefined
  #scenario: { readonly name: string; readonly value: Scenario } | undefined
  #caller: { readonly name: string; readonly arn: string } | undefined

  /** `watch` is told how far texts are read to know what they are. */
  constructor(named: Named, watch?: ReadingWatch) {
    this.#named = named
    this.#watch = watch
  }

  /** Adds an input that is read as it comes: evidence, whatever it holds. */
  addInput(input: OpenInput): void {
    this.#inputs.push(input)
  }

  /** A file of which an option says what it is. */
  addNamed(as: NamedAs, { name, text }: Input): void {
    const found = recognize(name, text)
    if (found.is === 'credentials') throw holdsCredentials(name)
    if (found.is === 'pieces') refuseRepeatedKey(name, text, found.pieces)
    const pieces = namedPieces(as, name, onlyOutputIn(text) ?? text)
    if (pieces.length === 0) throw noPolicy(as, name)
    this.#pieces.push(...pieces)
  }

  /** A file by what it holds; `isOneOfSeveral`: the denial may stand in another. */
  async add(input: Input, isOneOfSeveral: boolean): Promise<void> {
    const { name, text } = input
    const token = decodeWebIdentityToken(text)
    if (token !== undefined) {
      this.#addToken(name, token)
      return
    }
    if (isOneOfSeveral && isWorkflow(text) && !this.#holdsDenial({ name, chunks: () => oneChunk(text) }, text)) {
      this.#addWorkflow(input)
      return
    }
    const found = recognize(name, text)
    if (found.is === 'credentials') throw holdsCredentials(name)
    if (found.is === 'pieces') {
      refuseRepeatedKey(name, text, found.pieces)
      this.#addPieces(name, found.pieces)
      return
    }
    if (isOneOfSeveral && this.#addedCaller(name, jsonIn(text))) return
    if (found.unused !== undefined && isOneOfSeveral) {
      this.#faults.push(unusedOutput(name, found.unused))
      return
    }
    await this.#addOther(input, found.looksLike, isOneOfSeveral)
  }

  async #addOther(file: Input, looksLike: string, isOneOfSeveral: boolean): Promise<void> {
    const { name, text } = file
    const value = await documentIn(file)
    if (isWholeScenario(value)) {
      await this.#addScenario(file)
      return
    }
    if (this.#addedFederation(file, value, isOneOfSeveral)) return
    const isPlain = isJson(text) && value !== undefined
    if (isPlain ? this.#addAll(name, piecesInList(name, text)) : await this.#addLoose(file, value, isOneOfSeveral))
      return
    const kind = value === undefined ? undefined : kindOfFile(value)
    const made = kind === undefined ? undefined : await importedAs(kind, value, text)
    if (made !== undefined && isImported(made)) {
      this.#addImported(name, made)
      return
    }
    const input: OpenInput = { name, chunks: () => oneChunk(text) }
    if (value === undefined && this.addPiecesIn(file)) {
      if (!isOneOfSeveral || this.#holdsDenial(input, text)) this.addInput(input)
      return
    }
    if (value === undefined && isOneOfSeveral && isBrokenJson(text) && !this.#holdsDenial(input, text)) {
      this.#faults.push(brokenJson(name, text))
      return
    }
    const format = value === undefined ? otherFormat(text) : undefined
    if (value === undefined && format === undefined && isOneOfSeveral && this.#isWithoutError(input, text)) {
      this.#addWithoutError(input, text)
      return
    }
    if (!isOneOfSeveral || (value === undefined && format === undefined) || this.#holdsDenial(input, text)) {
      this.addInput(input)
      return
    }
    if (made === undefined && this.#addAll(name, printedPolicies(name, text))) return
    if (format !== undefined) {
      const hint = 'run the same aws command with `--output json`'
      this.#faults.push(
        unknownKind(name, `a ${format}`, {
          hint,
          problem: `it is output of the AWS CLI as ${format}, which is not read`,
        }),
      )
      return
    }
    const hint = made?.lacks === 'account' && kind !== undefined ? { hint: importHint(kind, name) } : {}
    this.#faults.push(unknownKind(name, looksLike, { ...describedWithout(value), ...made, ...hint }))
  }

  /** Adds a text without an error: its one caller, if it shows one. */
  #addWithoutError(input: OpenInput, text: string): void {
    const callers = new Set(surroundingsOf(text).callers.map(({ value: arn }) => arn))
    const [arn] = callers
    if (arn !== undefined && callers.size === 1) this.#addCaller(input.name, arn)
    else this.#withoutError.push(input)
  }

  /** Adds a file that shows where a token or assertion comes from; a text with a denial in it is evidence. */
  #addedFederation({ name, text }: Input, value: unknown, isOneOfSeveral: boolean): boolean {
    const found = federationOfValue(value) ?? (isOneOfSeveral ? federationOfText(text) : undefined)
    if (found === undefined || this.#holdsDenial({ name, chunks: () => oneChunk(text) }, text)) return false
    this.#addFederation(name, found)
    return true
  }

  #addFederation(name: string, { form, facts }: FederationForm): void {
    this.#federation.push(...facts.map((fact) => ({ ...fact, file: name, form })))
    this.#readAs.push({ file: name, form })
  }

  #addToken(name: string, value: WebIdentityToken): void {
    if (this.#token !== undefined) {
      this.#faults.push(saidTwice(name, this.#token.name))
      return
    }
    this.#token = { name, value }
    this.#readAs.push({ file: name, form: 'the claims of a web identity token, not verified' })
  }

  #addedCaller(name: string, value: unknown): boolean {
    const arn = callerIdentity(value)
    if (arn !== undefined) this.#addCaller(name, arn)
    return arn !== undefined
  }

  /** Adds who called, as `aws sts get-caller-identity` says it. */
  #addCaller(name: string, arn: string): void {
    if (this.#caller !== undefined && this.#caller.arn !== arn) this.#faults.push(twoCallers(name, this.#caller.name))
    else {
      this.#caller = { name, arn }
      this.#readAs.push({ file: name, form: CALLER_IDENTITY })
    }
  }

  #addWorkflow(file: Input): void {
    if (this.#workflow !== undefined) {
      this.#faults.push(twoWorkflows(file.name, this.#workflow.name))
      return
    }
    this.#workflow = file
    this.#readAs.push({ file: file.name, form: 'a GitHub Actions workflow' })
  }

  /** Adds the policies and settings between the lines of a text; whether there are any. */
  addPiecesIn({ name, text }: Input): boolean {
    const pieces = piecesInText(name, text)
    if (pieces.length === 0) return false
    const isPolicyPut = rawEvidence(text).denials.some(({ action }) => action !== null && PUTS_POLICY.test(action))
    return this.#addAll(name, isPolicyPut ? pieces.filter(({ form }) => form !== BARE_DOCUMENT) : pieces)
  }

  /** What the AWS CLI prints with `--output yaml`, and JSON with comments, has the lines of no JSON. */
  async #addLoose({ name, text }: Input, value: unknown, isOneOfSeveral: boolean): Promise<boolean> {
    const printed = value ?? (await looseValueIn(text, name))
    if (printed === undefined) return false
    if (isOneOfSeveral && this.#addedCaller(name, printed)) return true
    const json = JSON.stringify(Array.isArray(printed) && printed.length === 1 ? printed[0] : printed)
    const found = recognize(name, json)
    if (found.is === 'nothing' && found.unused !== undefined && isOneOfSeveral) {
      this.#faults.push(unusedOutput(name, found.unused))
      return true
    }
    const pieces = found.is === 'pieces' ? found.pieces : kindOfFile(printed) ? [] : printedPolicies(name, json)
    if (pieces.length > 0) this.#withoutLines.add(name)
    if (this.#addAll(name, pieces)) return true
    const isUnknown = value === undefined && isOneOfSeveral && isStructure(printed)
    if (!isUnknown || this.#holdsDenial({ name, chunks: () => oneChunk(text) }, text)) return false
    const looksLike = found.is === 'nothing' ? found.looksLike.replace('JSON', 'YAML') : 'YAML'
    this.#faults.push(unknownKind(name, looksLike, describedWithout(printed)))
    return true
  }

  #addAll(name: string, pieces: readonly Piece[]): boolean {
    this.#addPieces(name, pieces)
    return pieces.length > 0
  }

  #addPieces(name: string, pieces: readonly Piece[]): void {
    this.#pieces.push(...pieces)
    for (const form of new Set(pieces.map((piece) => piece.form))) this.#readAs.push({ file: name, form })
  }

  /** Adds an imported part of a snapshot; what several files say of the same part cannot be joined, and the first stays. */
  #addImported(name: string, { kind, files }: Imported): void {
    const taken = [...files.keys()].find((path) => path !== 'meta.json' && this.#files.has(path))
    if (taken !== undefined) {
      this.#faults.push(saidTwice(name, this.#citedAs.get(taken) ?? taken))
      return
    }
    for (const [path, text] of files) {
      // Of several sources none says how complete the whole is.
      if (path === 'meta.json' && this.#files.size > 0) continue
      this.#files.set(path, text)
      this.#citedAs.set(path, name)
    }
    if (kind !== 'authorization-details') this.#withoutLines.add(name)
    this.#readAs.push({ file: name, form: IMPORTED_FORMS.get(kind) ?? kind })
  }

  async #addScenario({ name, text }: Input): Promise<void> {
    if (this.#scenario !== undefined)
      throw new UserError(
        'usage/conflicting-options',
        `\`${this.#scenario.name}\` and \`${name}\` are both scenarios`,
        'give one of the two',
      )
    this.#scenario = { name, value: await parseScenario(text, name) }
    this.#readAs.push({ file: name, form: 'a scenario' })
  }

  /** Whether a text says anything of a call. */
  #holdsDenial(input: OpenInput, text: string): boolean {
    const evidence = evidenceOfInput({ name: input.name, text }, this.#watch)
    this.#read.set(input, evidence)
    return evidence.events.length > 0 || evidence.denials.some(({ kind }) => kind !== 'other')
  }

  /** Whether a text of a usual size has no error that is known: a note next to the log. */
  #isWithoutError(input: OpenInput, text: string): boolean {
    if (text.length > MOST_OF_NOTE || text.trim() === '' || this.#holdsDenial(input, text)) return false
    return this.#read.get(input)?.denials.every(({ code }) => code === null) === true
  }

  /** A text without an error is no denial of its own where another input has one. */
  #leaveOutNotes(): void {
    if (this.#inputs.length === 0) this.#inputs.push(...this.#withoutError)
    else
      for (const { name } of this.#withoutError)
        this.#readAs.push({ file: name, form: 'a text without an access-denied error' })
  }

  /** All that was added. */
  end(): Beside {
    this.#leaveOutNotes()
    const { noEndpoint, noOrganization } = this.#named
    return {
      atHand: {
        pieces: this.#pieces,
        ...(this.#federation.length === 0 ? {} : { federation: this.#federation }),
        withoutLines: this.#withoutLines,
        noEndpoint,
        noOrganization,
      },
      files: this.#files,
      citedAs: this.#citedAs,
      inputs: this.#inputs,
      read: this.#read,
      faults: this.#faults,
      readAs: this.#readAs,
      ...(this.#token === undefined ? {} : { token: { name: this.#token.name, claims: this.#token.value } }),
      ...(this.#workflow === undefined ? {} : { workflow: this.#workflow }),
      ...(this.#caller === undefined ? {} : { caller: this.#caller }),
      ...(this.#scenario === undefined ? {} : { scenario: this.#scenario.value }),
    }
  }
}

/** Characters up to which a text is read to know whether an error is in it. */
const MOST_OF_NOTE = 1_000_000

/** Why an output that describes a resource is not used. */
function describedWithout(value: unknown): { readonly problem?: string } {
  const arn = describedArn(value)
  return arn === undefined ? {} : { problem: `it describes ${arn}, without a policy, a KMS key or tags` }
}

/** What names no account can be placed by `import` alone, which has the option for it. */
const importHint = (kind: Imported['kind'], name: string): string =>
  `make a snapshot of it, \`denytrace import ${kind} ${shellWord(name)} --account ID --out snapshot\`; give it by \`--snapshot\``

/** A file made into parts of a snapshot. */
async function importedAs(kind: ImportKind, value: unknown, text: string): Promise<Imported | NotImported> {
  const { importSource } = await import('#import/import-source.ts')
  return importSource(kind, { value, text })
}

const IMPORTED_FORMS: ReadonlyMap<Imported['kind'], string> = new Map([
  ['authorization-details', 'aws iam get-account-authorization-details'],
  ['terraform', 'a Terraform plan or state'],
  ['cloudformation', 'a CloudFormation template'],
  ['aws-config', 'an export of AWS Config'],
])

const isJson = (text: string): boolean => /^\s*[[{]/.test(text)

const isWholeScenario = (value: unknown): boolean =>
  isObject(value) && (Object.hasOwn(value, 'policies') || Object.hasOwn(value, 'request')) && isScenario(value)

/** The value of a short JSON text; undefined: it is none. */
function jsonIn(text: string): unknown {
  if (text.length > 4000 || !text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function* oneChunk(text: string): AsyncGenerator<string, undefined> {
  yield await Promise.resolve(text)
  return undefined
}

/** A call that sets a policy prints the one that it was to set, which is not in force. */
const PUTS_POLICY = /:(?:Put|Create|Set|Update|Add|Attach)\w*Polic/i

/** The value of a text that begins like the YAML output of the AWS CLI, whatever its file is called, or of JSON with comments. */
async function looseValueIn(text: string, name: string): Promise<unknown> {
  if (text.length > LONGEST_LOOSE) return undefined
  if (/^\s*(?:[[{]|\/[/*])/.test(text)) return commentedJson(text)
  if (!/^\s*(?:- )?[A-Za-z]\w{1,60}:(?:[ \t]|\r?\n)/.test(text)) return undefined
  try {
    const value = await parseDocumentText(text, name)
    return isObject(value) || Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

const LONGEST_LOOSE = 300_000

/** Whether a value has structures in it, or several members: a line of a log with a colon has neither. */
const isStructure = (value: unknown): boolean =>
  isObject(value) &&
  (Object.keys(value).length > 2 ||
    Object.values(value).some((member) => typeof member === 'object' && member !== null))

/** Whether a text begins as JSON that ends too early or was changed; a log with an object on each line is none. */
function isBrokenJson(text: string): boolean {
  if (!isJson(text) || /^\s*\[(?!\s*[{"\]])/.test(text)) return false
  const [first = ''] = text.trimStart().split('\n', 1)
  return !isReadable(readJson('', first))
}

/** The value of JSON, or of a YAML file; undefined where it is neither, as of most logs. */
async function documentIn({ name, text }: Input): Promise<unknown> {
  if (/^\w{1,40}DetailList:/.test(text)) return looseValueIn(text, name)
  if (!isJson(text) && !/\.(?:ya?ml|template)$/i.test(name) && !text.startsWith('apiVersion: ')) return undefined
  try {
    return await parseDocumentText(text, name)
  } catch {
    return undefined
  }
}

/**
 * Rejects output of the AWS CLI in which a key occurs twice: somebody changed it, and either value may be the right one. A policy
 * document with such a key is kept: it is evaluated as one that may allow or deny.
 */
function refuseRepeatedKey(name: string, text: string, pieces: readonly Piece[]): void {
  if (pieces.every(({ form }) => form === 'a policy document')) return
  const twice = duplicateKeyAt(text, skipSpace(text, 0))
  if (twice !== undefined) throw keyTwice(name, twice.key, text.slice(0, twice.offset).split('\n').length)
}
