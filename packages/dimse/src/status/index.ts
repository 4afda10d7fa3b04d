export { describeStatus, type StatusContext } from './describe-status.ts'
export { statusCategory, type StatusCategory } from './status-category.ts'
export { statuses } from './statuses.ts'
