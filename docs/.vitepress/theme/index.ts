// The look of the site: VitePress' own, with wide tables, drawings, and contrast enough for everybody.
import theme from "vitepress/theme";
import "./site.css";

export default theme;
