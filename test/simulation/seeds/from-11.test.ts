import { seeds } from '../tell.ts'

seeds(11, 10)
