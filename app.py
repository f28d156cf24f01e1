"""EchoViz: `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

ICON = Path(__file__).parent / "echoviz" / "ui" / "icon.svg"  # a named or emoji icon is fetched from a CDN


def main() -> None:
    st.set_page_config(page_title="EchoViz", page_icon=str(ICON), layout="wide")
    from echoviz.ui.page import show_page

    show_page()


if __name__ == "__main__":  # training workers re-execute this file: only the page itself may draw
    main()
