// What the joined script provides around the modules.
declare const STAGE_CSS: string;
declare function echovizStage(): (component: import("./types.js").Component) => () => void;
