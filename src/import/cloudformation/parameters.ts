import { unknown, type Unknown } from '../unknown.ts'
import { own, type Template } from './template.ts'

/** `AWS::AccountId` and the like; undefined for any other name. */
export function pseudoParameter(template: Template, name: string): string | Unknown | undefined {
  if (!name.startsWith('AWS::')) return undefined
  const given = template.options.parameters?.get(name)
  if (given !== undefined) return given
  switch (name) {
    case 'AWS::AccountId':
      return template.account ?? unknown(name, undefined, true)
    case 'AWS::Region':
      return template.region ?? unknown(name, undefined, true)
    case 'AWS::Partition':
      return template.partition
    case 'AWS::URLSuffix':
      return template.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
    default:
      return unknown(name, undefined, name === 'AWS::StackName')
  }
}

/** A parameter: what was given for it, else its default. Undefined: the template has no parameter of that name. */
export function parameterValue(template: Template, name: string): unknown {
  const parameter = own(template.parameters, name)
  if (parameter === undefined) return undefined
  const given = template.options.parameters?.get(name)
  const type = String(own(parameter, 'Type') ?? 'String')
  // The parameter names a place; its value is known when the stack is made.
  if (type.startsWith('AWS::SSM::Parameter::Value')) return unknown(`the parameter ${name}`)
  const value = given ?? own(parameter, 'Default')
  if (value === undefined || value === null) return unknown(`the parameter ${name}`)
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<')
  return isList && typeof value === 'string' ? value.split(',').map((one) => one.trim()) : String(value)
}
