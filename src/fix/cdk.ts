import { typeScriptKey, typeScriptText } from '#quote/typescript.ts'
import { readAnew, templateOf } from './cloud-formation.ts'
import type { EditedDocument } from './edited-document.ts'

/**
 * The edited resource as an L1 construct of the AWS CDK, in TypeScript: to be merged into the construct that stands in the
 * user's own code. https://docs.aws.amazon.com/cdk/api/v2/docs/aws-construct-library.html
 */
export function cdkOf({ location, after }: EditedDocument): string | undefined {
  const template = templateOf(location)
  if (template === undefined) return undefined
  const { type, id, properties, holds } = template
  const why = readAnew([after, ...Object.values(properties)])
  if (why !== undefined) return `// Not written: CloudFormation would read ${why} as its own.`
  const [, service = '', name = ''] = type.split('::')
  const module = service.toLowerCase()
  const lines = Object.entries(properties).map(([key, value]) => `  ${property(key)}: ${literal(value)},`)
  return [
    `import * as ${module} from 'aws-cdk-lib/aws-${module}'`,
    '',
    `new ${module}.Cfn${name}(this, ${literal(JSON.stringify(id))}, {`,
    ...lines,
    `  ${property(holds)}: ${typeScript(after, 1)},`,
    '})',
  ].join('\n')
}

/** `PolicyDocument` → `policyDocument`. */
const property = (name: string): string => `${name.charAt(0).toLowerCase()}${name.slice(1)}`

/** A value of the template, which is JSON or a plain word of YAML. */
const literal = (value: string): string =>
  /^["[]/.test(value) ? typeScript(JSON.parse(value), 1) : typeScriptText(value)

/** A JSON value as TypeScript is written: keys bare where they may be. */
function typeScript(value: unknown, depth: number): string {
  const pad = '  '.repeat(depth + 1)
  const end = '  '.repeat(depth)
  if (typeof value === 'string') return typeScriptText(value)
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object' || item === null) && value.length < 2)
      return `[${value.map((item) => typeScript(item, depth)).join(', ')}]`
    return `[\n${value.map((item) => `${pad}${typeScript(item, depth + 1)},\n`).join('')}${end}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  const written = entries.map(([key, field]) => {
    return `${pad}${typeScriptKey(key)}: ${typeScript(field, depth + 1)},\n`
  })
  return `{\n${written.join('')}${end}}`
}
