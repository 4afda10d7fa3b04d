export { describeStatus } from './describe-status.ts'
export { statusCategory, type StatusCategory } from './status-category.ts'
export {
  statusCategoriesOf,
  type StatusCategoryOf,
  statusContextOf,
  type StatusMeaning,
  statusMeaningsOf,
} from './status-meanings-of.ts'
export type { StatusContext } from './status-meanings.ts'
export { statuses } from './statuses.ts'
export { storeFailureStatus } from './store-failure-status.ts'
