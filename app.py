"""EchoViz: `streamlit run app.py`."""

import streamlit as st


def main() -> None:
    st.set_page_config(page_title="EchoViz", page_icon=":material/replay:", layout="wide")
    from echoviz.ui.page import show_page

    show_page()


if __name__ == "__main__":  # training workers re-execute this file: only the page itself may draw
    main()
