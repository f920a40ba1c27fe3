/**
 * Leaves text for a reader unmutated: a literal with a space in it, and the address of a page. Nothing of IAM's language
 * that the code compares has a space; other string literals are mutated. Two tables of facts are left as they are, too.
 */
import { TABLES_OF_FACTS } from './rooms.mjs'

const isText = (text) => text.includes(' ') || text.startsWith('https://')

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'text',
    value: {
      shouldIgnore({ node }) {
        if (node.type === 'StringLiteral' && isText(node.value)) return 'text for a reader'
        if (node.type === 'TemplateLiteral' && node.quasis.some(({ value }) => isText(value.raw)))
          return 'text for a reader'
        if (node.type === 'VariableDeclarator' && TABLES_OF_FACTS.includes(node.id.name)) return 'a table of facts'
        return undefined
      },
    },
  },
]
